//! Headless Chrome, its driver, RabbitMQ and Java: what the tests need beside the build's tools.

use std::path::{Path, PathBuf};

use crate::Result;
use crate::process::{output, run, step};
use crate::tools::Tools;

const BROWSERS: [&str; 5] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
];
const MAC_BROWSERS: [&str; 2] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];
const RABBITMQ: &str = "/usr/lib/rabbitmq";

/// A browser and the driver that steers it.
#[derive(Clone)]
pub struct Chrome {
    pub browser: PathBuf,
    pub driver: PathBuf,
}

/// Finds both; gets them from Debian's packages where that needs no question to anybody.
pub fn need_chrome(tools: &Tools) -> Result<Chrome> {
    if let Some(chrome) = find(tools) {
        return Ok(chrome);
    }
    let how = "install Chrome or Chromium and the chromedriver of the same version (Debian: \
               `apt-get install chromium chromium-driver`), or set CHROMIUM and CHROMEDRIVER to their paths";
    if tools.find("apt-get").is_none() || !(is_root(tools) || is_ci()) {
        return Err(format!("there is no Chrome with its chromedriver: {how}"));
    }
    step(
        "installing headless Chrome for the browser tests (about 100 MB, once)",
        || {
            apt_get(tools, &["update", "-qq"])?;
            apt_get(
                tools,
                &[
                    "install",
                    "-y",
                    "-qq",
                    "--no-install-recommends",
                    "chromium",
                    "chromium-driver",
                    "fonts-liberation",
                ],
            )
        },
    )
    .map_err(|error| format!("{error}: check the network, or {how}"))?;
    find(tools)
        .ok_or_else(|| format!("the packages brought no Chrome with its chromedriver: {how}"))
}

/// RabbitMQ's folder, for the suites that run against the real broker.
pub fn rabbitmq() -> Result<PathBuf> {
    let home = std::env::var_os("RABBITMQ_HOME").map_or_else(|| RABBITMQ.into(), PathBuf::from);
    if home.is_dir() {
        return Ok(home);
    }
    Err(format!(
        "there is no RabbitMQ in {}: install it (Debian: `apt-get install rabbitmq-server`) \
         or set RABBITMQ_HOME",
        home.display()
    ))
}

/// Java and Maven, which build the Spring Boot server of the tests.
pub fn need_java(tools: &Tools) -> Result<()> {
    if tools.find("javac").is_some() && tools.find("mvn").is_some() {
        return Ok(());
    }
    Err("there is no JDK with Maven: install both (Debian: `apt-get install openjdk-17-jdk-headless maven`)".into())
}

/// Whether this is a CI run, where nothing may be skipped.
pub fn is_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| !value.is_empty() && value != "false" && value != "0")
}

fn find(tools: &Tools) -> Option<Chrome> {
    let browser = from_env("CHROMIUM")
        .or_else(|| BROWSERS.iter().find_map(|name| tools.find(name)))
        .or_else(|| {
            MAC_BROWSERS
                .iter()
                .map(PathBuf::from)
                .find(|path| path.is_file())
        })?;
    let driver = from_env("CHROMEDRIVER").or_else(|| tools.find("chromedriver"))?;
    Some(Chrome { browser, driver })
}

fn from_env(name: &str) -> Option<PathBuf> {
    std::env::var_os(name)
        .map(PathBuf::from)
        .filter(|path| Path::is_file(path))
}

fn is_root(tools: &Tools) -> bool {
    let mut id = tools.command("id");
    id.arg("-u");
    output(id).is_some_and(|text| text.trim() == "0")
}

fn apt_get(tools: &Tools, args: &[&str]) -> Result<()> {
    let mut command = if is_root(tools) {
        tools.command("apt-get")
    } else {
        let mut sudo = tools.command("sudo");
        sudo.args(["-n", "--preserve-env=DEBIAN_FRONTEND", "apt-get"]);
        sudo
    };
    command.args(args).env("DEBIAN_FRONTEND", "noninteractive");
    run(command)
}
