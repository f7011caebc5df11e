"""Does each public type, trait, function and alias have an example, or a link to something? From rustdoc's JSON, which the
nightly toolchain writes: `bash .ci/long docs`. Also: no signature of a guard or an `ArcField` names a sealed trait's type."""

import json
import sys

KINDS = {"struct", "enum", "trait", "type_alias", "function", "macro"}
SEALED = {"Mode", "Guards", "Whole", "Lockable"}


def main(path):
    with open(path) as file:
        index = json.load(file)["index"]
    seen, wrong = set(), []

    def qualified(tree):
        if isinstance(tree, dict):
            path = tree.get("qualified_path")
            if path and (path.get("trait") or {}).get("path") in SEALED:
                yield path["name"]
            for part in tree.values():
                yield from qualified(part)
        elif isinstance(tree, list):
            for part in tree:
                yield from qualified(part)

    def visit(number, place):
        item = index.get(str(number))
        if item is None or number in seen or item["visibility"] != "public":
            return
        seen.add(number)
        if any("hidden" in str(attribute) for attribute in item["attrs"]):
            return
        ((kind, inner),) = item["inner"].items()
        name = f"{place}::{item['name']}"
        if kind == "module":
            for child in inner["items"]:
                visit(child, name)
        elif kind == "use":
            visit(inner["id"], place)
        elif kind in KINDS:
            docs = item["docs"] or ""
            if "```" not in docs and not item["links"]:
                wrong.append(f"{name}: neither an example nor a link")
            for block in inner.get("impls", []) if isinstance(inner, dict) else []:
                block = index.get(str(block), {"inner": {}})["inner"].get("impl")
                if block and block["trait"] is None:
                    for method in map(str, block["items"]):
                        method = index[method]
                        signature = method["inner"].get("function", {}).get("sig")
                        for found in qualified(signature):
                            wrong.append(f"{name}::{method['name']}: its signature has a sealed `{found}`")

    for root in (number for number, item in index.items() if item["inner"].get("module", {}).get("is_crate")):
        visit(int(root), "")
    print(f"{len(seen)} items", *wrong, sep="\n")
    return bool(wrong) or len(seen) < 100


sys.exit(main(sys.argv[1]))
