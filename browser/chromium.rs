//! A browser of our own, with an empty profile, driven through `chromedriver`.

use std::{
    io::{BufRead, BufReader, Write},
    panic::resume_unwind,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use fantoccini::{
    Client, ClientBuilder,
    actions::{InputSource, KeyAction, KeyActions},
    error::CmdError,
    wd::{Capabilities, WebDriverCompatibleCommand},
};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};
use url::{ParseError, Url};

/// How long anything may take before a test gives up: long enough for any machine.
const LIMIT: Duration = Duration::from_secs(60);

/// The program that starts the browser, and the profile; both end when this is dropped.
struct Driver {
    program: Child,
    profile: PathBuf,
}

impl Driver {
    /// Starts it, and says where it listens.
    fn start() -> (Self, String) {
        static LAST: AtomicUsize = AtomicUsize::new(0);
        let number = LAST.fetch_add(1, Ordering::Relaxed);
        let profile = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("profile-{}-{number}", std::process::id()));
        let mut command = Command::new("chromedriver");
        command.arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null());
        let program = command.spawn().unwrap_or_else(|error| {
            panic!("chromedriver: {error}; `apt-get install chromium chromium-driver` brings it")
        });
        let mut this = Self { program, profile };
        let mut lines = BufReader::new(this.program.stdout.take().unwrap()).lines();
        let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
            line.split("successfully on port ").nth(1)?.trim_end_matches('.').parse::<u16>().ok()
        });
        let port = port.expect("the driver says on which port it listens");
        // It goes on to write, and would die of a closed pipe.
        std::thread::spawn(move || lines.for_each(drop));
        (this, format!("http://127.0.0.1:{port}"))
    }

    async fn browser(&self, driver: &str) -> Client {
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
            &format!("--user-data-dir={}", self.profile.display()),
        ];
        let mut capabilities = Capabilities::new();
        capabilities.insert("goog:chromeOptions".into(), json!({ "args": arguments }));
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let client = builder.capabilities(capabilities).connect(driver).await;
        client.expect("the driver starts a browser")
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        _ = self.program.kill();
        _ = self.program.wait();
        _ = std::fs::remove_dir_all(&self.profile);
    }
}

/// A page that is open in a browser.
#[derive(Clone)]
pub(crate) struct Page(Client);

/// Runs a test on the page at `address`, in a window of this size. The browser ends also if the test panics.
pub(crate) async fn visit<T: Future<Output = ()> + Send + 'static>(
    address: String,
    (width, height): (u32, u32),
    test: impl FnOnce(Page) -> T,
) {
    let (driver, address_of_driver) = Driver::start();
    let browser = driver.browser(&address_of_driver).await;
    let page = Page(browser.clone());
    page.sized(width, height).await;
    page.0.goto(&address).await.expect("the page opens");
    let ended = tokio::spawn(timeout(3 * LIMIT, test(page))).await;
    _ = browser.close().await;
    match ended {
        Ok(ended) => ended.expect("the test ends in time"),
        Err(panic) => resume_unwind(panic.into_panic()),
    }
}

impl Page {
    /// What a script on the page returns.
    pub(crate) async fn eval(&self, script: &str) -> Value {
        self.0.execute(script, Vec::new()).await.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// The same, of a text.
    pub(crate) async fn text(&self, script: &str) -> String {
        let value = self.eval(&format!("return String({script})")).await;
        value.as_str().expect("a string").to_owned()
    }

    /// Waits until the script says something else than `before`, and returns that.
    pub(crate) async fn changes(&self, script: &str, before: &str) -> String {
        let change = async {
            loop {
                let now = self.text(script).await;
                if now != before {
                    return now;
                }
                sleep(Duration::from_millis(50)).await;
            }
        };
        let change = timeout(LIMIT, change).await;
        change.unwrap_or_else(|_| panic!("`{script}` stays {before:?}"))
    }

    /// Presses a key, as somebody who has no mouse.
    pub(crate) async fn press(&self, key: impl Into<char>) {
        let value = key.into();
        let keys = KeyActions::new("keyboard".into())
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value });
        self.0.perform_actions(keys).await.expect("a key is pressed");
    }

    /// As on a system that asks for such colours, `light` or `dark`.
    pub(crate) async fn colours(&self, scheme: &str) {
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.devtools("Emulation.setEmulatedMedia", media).await;
    }

    pub(crate) async fn sized(&self, width: u32, height: u32) {
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// What is seen now, as a PNG.
    pub(crate) async fn picture(&self, file: &str) {
        let picture = self.0.screenshot().await.expect("a picture");
        std::fs::File::create(file).and_then(|mut file| file.write_all(&picture)).expect(file);
    }

    async fn devtools(&self, command: &'static str, parameters: Value) {
        let done: Result<Value, CmdError> =
            self.0.issue_cmd(DevTools { command, parameters }).await;
        done.unwrap_or_else(|error| panic!("{command}: {error}"));
    }
}

/// A command of Chromium's own, beside WebDriver.
#[derive(Debug)]
struct DevTools {
    command: &'static str,
    parameters: Value,
}

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (http::Method, Option<String>) {
        let body = json!({ "cmd": self.command, "params": self.parameters });
        (http::Method::POST, Some(body.to_string()))
    }
}
