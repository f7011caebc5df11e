"""What rustdoc says of the public interface, from its JSON, which the nightly toolchain writes: `bash .ci/long docs`.

- Each public type, trait, function, alias, macro and method has an example, or a link to something. (A method of a trait
  that is implemented has what the trait says.)
- No signature names a type or a trait that is not to be seen: by a path, or as the type of a sealed trait."""

import json
import sys

# How a `With` holds its lock: a word, and no more.
WORDS = {"Exclusive", "Shared"}
KINDS = {"struct", "enum", "trait", "type_alias", "function", "macro"}


class Crate:
    def __init__(self, path):
        with open(path) as file:
            crate = json.load(file)
        self.index, self.paths = crate["index"], crate["paths"]
        # The items that a page of the documentation shows, each with its name.
        self.shown = {}
        for number, item in self.index.items():
            if item["inner"].get("module", {}).get("is_crate"):
                self.show(int(number), "")

    def show(self, number, place):
        item = self.index.get(str(number))
        if item is None or number in self.shown or item["visibility"] not in ("public", "default") or is_hidden(item):
            return
        ((kind, inner),) = item["inner"].items()
        if kind == "use":
            return self.show(inner["id"], place)
        name = self.shown[number] = f"{place}::{item['name']}"
        if kind in ("module", "trait"):
            children = inner["items"]
        else:
            impls = inner.get("impls", []) if isinstance(inner, dict) else []
            blocks = [self.index[str(impl)]["inner"]["impl"] for impl in impls if str(impl) in self.index]
            children = [child for block in blocks if block["trait"] is None for child in block["items"]]
        for child in children:
            self.show(child, name)

    def mistakes(self):
        for number, name in self.shown.items():
            item = self.index[str(number)]
            ((kind, inner),) = item["inner"].items()
            if kind in KINDS and "```" not in (item["docs"] or "") and not item["links"]:
                yield f"{name}: neither an example nor a link"
            if kind == "function":
                for hidden in sorted(set(self.unseen(inner["sig"]))):
                    yield f"{name}: its signature has `{hidden}`, which is not to be seen"

    def unseen(self, tree):
        """The types and the traits of a signature that no page shows."""
        if isinstance(tree, list):
            for part in tree:
                yield from self.unseen(part)
        elif isinstance(tree, dict):
            path = tree.get("resolved_path") or tree.get("trait")
            if isinstance(path, dict) and self.is_ours(path["id"]) and path["id"] not in self.shown:
                yield from {path["path"]} - WORDS
            for part in tree.values():
                yield from self.unseen(part)

    def is_ours(self, number):
        return self.paths.get(str(number), {"crate_id": 0})["crate_id"] == 0


def is_hidden(item):
    return any("hidden" in str(attribute) for attribute in item["attrs"])


def main(path):
    crate = Crate(path)
    wrong = list(crate.mistakes())
    print(f"{len(crate.shown)} items", *wrong, sep="\n")
    return bool(wrong) or len(crate.shown) < 300


sys.exit(main(sys.argv[1]))
