//! Tests of the page and the API reference in Chromium. `cargo xtask page` installs it and runs them.

#![cfg(all(unix, feature = "page"))]
#![expect(
    clippy::expect_used,
    reason = "clippy allows it in test functions, but not in their helpers"
)]

#[path = "it/support.rs"]
#[expect(dead_code, reason = "the other tests use more of it")]
mod support;

use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use std::{env, fs};

use atlas_pe_sandbox::testing::{STEP, VPCE};
use atlas_pe_sandbox::{PinnedStatus, SandboxBuilder, Seed};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::LoggingPrefsLogLevel;
use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities as _;
use thirtyfour::prelude::*;

use support::Api;

/// How long a test waits for what must happen.
const TIMEOUT: Duration = Duration::from_secs(60);

const PAUSE: Duration = Duration::from_millis(50);

const FLAGS: &[&str] = &[
    "--headless",
    // Chromium has no sandbox of its own when root runs it.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--window-size=1200,1000",
];

/// The program that controls Chromium. Dropping it ends both.
struct Chromedriver(Child);

impl Chromedriver {
    /// Starts it, and returns its port.
    fn start() -> (Self, String) {
        let child = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn();
        let mut chromedriver = Self(child.expect("chromedriver starts"));
        let stdout = chromedriver.0.stdout.as_mut().expect("stdout is piped");
        let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
        let port = lines.find_map(|line| {
            let (_, port) = line.split_once("successfully on port ")?;
            Some(port.trim_end_matches('.').to_owned())
        });
        (chromedriver, port.expect("chromedriver prints its port"))
    }
}

impl Drop for Chromedriver {
    fn drop(&mut self) {
        // Chromium is in its process group, and would go on after a test that failed.
        let script = format!("kill -KILL -{}", self.0.id());
        let _ = Command::new("/bin/sh").args(["-c", &script]).status();
        let _ = self.0.wait();
    }
}

/// A sandbox with its page in a browser.
struct Page {
    api: Api,
    // Before the driver, which would wait for the end of its session after a test that failed.
    _chromedriver: Chromedriver,
    driver: WebDriver,
    _profile: TempDir,
}

impl Page {
    async fn open(has_script: bool, change: impl FnOnce(SandboxBuilder) -> SandboxBuilder) -> Self {
        let api = Api::with(|builder| change(builder.page(true)));
        let (chromedriver, port) = Chromedriver::start();
        let profile = tempfile::tempdir().expect("a directory can be made");
        let mut settings = DesiredCapabilities::chrome();
        let directory = format!("--user-data-dir={}", profile.path().display());
        for flag in FLAGS.iter().copied().chain([directory.as_str()]) {
            settings.add_arg(flag).expect("a flag");
        }
        for log in ["browser", "performance"] {
            settings
                .set_logging_prefs(log, LoggingPrefsLogLevel::All)
                .expect("a log");
        }
        if !has_script {
            let blocked = json!({ "profile.managed_default_content_settings.javascript": 2 });
            settings
                .add_experimental_option("prefs", blocked)
                .expect("a setting");
        }
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), settings).await;
        let page = Self {
            api,
            driver: driver.expect("Chromium starts"),
            _chromedriver: chromedriver,
            _profile: profile,
        };
        page.go("/").await;
        page
    }

    async fn go(&self, path: &str) {
        self.driver
            .goto(self.api.url(path))
            .await
            .expect("the page loads");
    }

    /// Waits until the page has an element.
    async fn find(&self, xpath: &str) -> WebElement {
        let query = self.driver.query(By::XPath(xpath)).wait(TIMEOUT, PAUSE);
        query.first().await.expect("the page has the element")
    }

    async fn click(&self, id: &str) {
        let element = self.find(&format!("//*[@id='{id}']")).await;
        element.click().await.expect("it can be clicked");
    }

    async fn write(&self, id: &str, text: &str) {
        let element = self.find(&format!("//*[@id='{id}']")).await;
        element.send_keys(text).await.expect("it takes text");
    }

    /// Waits until a connection or interface endpoint has a status.
    async fn find_status(&self, status: &str) {
        self.find(&format!("//article//span[text()='{status}']"))
            .await;
    }

    async fn log(&self, kind: &str) -> Vec<String> {
        let entries = self
            .driver
            .get_log(kind)
            .await
            .expect("the log can be read");
        entries.into_iter().map(|it| it.message).collect()
    }

    /// Asserts that the pages have loaded everything from the sandbox, and that the browser has refused nothing;
    /// then ends it.
    async fn close(self) {
        let events = self.log("performance").await;
        let events = events
            .iter()
            .map(|event| serde_json::from_str::<Value>(event).expect("an event is JSON"));
        let urls: Vec<String> = events
            .filter(|event| event["message"]["method"] == "Network.requestWillBeSent")
            .map(|event| event["message"]["params"]["request"]["url"].to_string())
            .collect();
        let origin = format!("\"{}/", self.api.sandbox.origin());
        // The browser begins with a page of its own.
        let sources = [&origin, "\"data:", "\"chrome"];
        let is_foreign = |url: &&String| !sources.iter().any(|source| url.starts_with(source));
        let foreign: Vec<_> = urls.iter().filter(is_foreign).collect();
        assert!(foreign.is_empty(), "{foreign:?}");
        assert!(urls.iter().any(|url| url.starts_with(&origin)));
        assert_eq!(self.log("browser").await, Vec::<String>::new());
        self.driver.quit().await.expect("Chromium ends");
    }
}

/// Does on the page what a person can do, and compares it with the sandbox.
async fn use_page(has_script: bool) {
    const LIST: &str = "listPrivateEndpointConnections";

    let page = Page::open(has_script, |builder| builder).await;
    let Api { sandbox, .. } = &page.api;
    let api = &page.api;
    let project = sandbox.project_id();
    let id = api.create_ready().await;
    api.add(&id, VPCE).await;
    let connection = || sandbox.connections(project)[0].clone();
    page.go("/").await;

    page.click(&format!("reject-{id}-{VPCE}")).await;
    page.find_status("REJECTED").await;
    assert_eq!(connection().interface_endpoints[0].status, "REJECTED");
    page.click(&format!("accept-{id}-{VPCE}")).await;
    page.find_status("PENDING").await;
    page.click("advance-10s").await;
    page.find("//*[@id='now']//strong[text()='00:00:12']").await;
    page.find_status("AVAILABLE").await;
    page.click(&format!("fail-{id}")).await;
    page.find_status("FAILED").await;
    assert_eq!(connection().status, "FAILED");
    page.write("by", "1h").await;
    page.click("advance").await;
    page.find("//*[@id='now']//strong[text()='01:00:12']").await;

    page.find("//select[@id='effect']/option[text()='RATE_LIMITED']")
        .await
        .click()
        .await
        .expect("an option");
    page.find(&format!(
        "//select[@id='operation']/option[text()='{LIST}']"
    ))
    .await
    .click()
    .await
    .expect("an option");
    page.write("first", "2").await;
    page.click("add-fault").await;
    page.find("//*[@id='remove-fault-1']").await;
    let fault = serde_json::to_value(&sandbox.faults()[0].fault).expect("a fault is JSON");
    let expected = json!({ "effect": { "error": "RATE_LIMITED" }, "operation": LIST, "first": 2 });
    assert_eq!(fault, expected);
    assert_eq!(api.get("").await.status, StatusCode::TOO_MANY_REQUESTS);
    if !has_script {
        page.driver.refresh().await.expect("the page loads");
    }
    page.find("//span[text()='affected 1 of 1 requests']").await;
    page.click("remove-fault-1").await;
    page.find("//p[text()='All faults are off.']").await;
    assert!(sandbox.faults().is_empty());

    // A request that is open stays open, whatever else changes.
    page.click("request-1-summary").await;
    page.find(
        "//details[@id='request-1'][@open]//pre[contains(., 'content-type: application/json')]",
    )
    .await;
    if has_script {
        let body = json!({ "providerName": "AWS", "region": "eu-west-1" });
        api.post("", &body).await;
        page.find("//h3[text()='eu-west-1']").await;
        page.find("//details[@id='request-1'][@open]").await;
        page.find("//*[@id='live'][text()='Live']").await;
    }
    page.click("clear-requests").await;
    page.find("//p[text()='No requests yet.']").await;
    page.click("reset").await;
    page.find("//p[contains(., 'No private endpoint connections yet')]")
        .await;
    page.close().await;
}

#[tokio::test]
#[ignore = "requires Chromium"]
async fn page_is_used_with_javascript() {
    use_page(true).await;
}

#[tokio::test]
#[ignore = "requires Chromium"]
async fn page_is_used_without_javascript() {
    use_page(false).await;
}

#[tokio::test]
#[ignore = "requires Chromium"]
async fn text_of_clients_is_no_html() {
    const HOSTILE: &str = "</code><script>document.title = 'run'</script><img src='http://192.0.2.1/' onerror=\"document.title = 'run'\">";
    let page = Page::open(true, |builder| builder).await;
    let Api { sandbox, .. } = &page.api;
    let api = &page.api;
    let id = api.create_ready().await;
    let status = PinnedStatus::new(HOSTILE).with_error(HOSTILE);
    let pinned = sandbox.set_connection_status(sandbox.project_id(), &id, status);
    assert_eq!(pinned, Ok(()));
    api.post_text("", HOSTILE).await;
    page.find("//article//p[contains(., '<script>')]").await;
    page.find("//pre[contains(., '<script>')]").await;
    assert_eq!(
        page.driver.title().await.ok().as_deref(),
        Some("Atlas sandbox")
    );
    page.close().await;
}

#[tokio::test]
#[ignore = "requires Chromium"]
async fn reference_is_shown_and_sends_requests_to_the_sandbox() {
    let page = Page::open(true, |builder| builder).await;
    page.go("/docs").await;
    page.find("(//div[contains(@class, 'opblock ')])[7]").await;
    page.find("//option[contains(., '/api/atlas/v1.0') and contains(., '127.0.0.1')]")
        .await;
    page.close().await;
}

/// Writes the screenshot for the README.
#[tokio::test]
#[ignore = "requires Chromium"]
async fn screenshot_is_taken() {
    let seed = Seed::from_json(include_str!("browser/seed.json")).expect("the seed is valid");
    let page = Page::open(true, |builder| builder.seed(seed).id_seed(1)).await;
    let Api { sandbox, .. } = &page.api;
    let api = &page.api;
    api.get("").await;
    let body = json!({ "providerName": "AWS", "region": "eu-central-1" });
    api.post("", &body).await;
    api.post("", &body).await;
    sandbox.advance(STEP);
    api.get("").await;
    api.get("").await;
    page.find("//h3[text()='eu-central-1']").await;
    page.find("//*[@id='live'][text()='Live']").await;
    let resized = page.driver.set_window_rect(0, 0, 1200, 1640).await;
    resized.expect("the window can be resized");
    let png = page.driver.screenshot_as_png().await.expect("a screenshot");
    if let Some(path) = env::var_os("PAGE_SCREENSHOT") {
        fs::write(path, png).expect("the screenshot can be written");
    }
    page.close().await;
}
