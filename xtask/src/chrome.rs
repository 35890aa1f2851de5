//! Headless Chrome and its driver: what the tests need beside the build's tools.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::tools::Tools;

const BROWSERS: [&str; 7] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    // An absolute path is found wherever the folders are.
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];
const HOW: &str = "install Chrome or Chromium and the chromedriver of the same version (Debian: \
    `apt-get install chromium chromium-driver`), or set CHROMIUM and CHROMEDRIVER to their paths";

/// A browser and the driver that steers it.
pub struct Chrome {
    pub browser: PathBuf,
    pub driver: PathBuf,
}

/// Finds both.
pub fn need_chrome(tools: &Tools) -> Result<Chrome> {
    let browser = || BROWSERS.iter().find_map(|name| tools.find(name));
    let find = || {
        Some(Chrome {
            browser: from_env("CHROMIUM").or_else(browser)?,
            driver: from_env("CHROMEDRIVER").or_else(|| tools.find("chromedriver"))?,
        })
    };
    find().with_context(|| format!("there is no Chrome with its chromedriver: {HOW}"))
}

/// Whether this is a CI run, where nothing may be skipped.
pub fn is_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| !["", "false", "0"].contains(&value.as_str()))
}

fn from_env(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os(name).map(PathBuf::from);
    path.filter(|path| path.is_file())
}
