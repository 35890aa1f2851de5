//! Command line options: a few flags and values, no more.

use crate::Result;

/// The options of one command, taken out one by one.
pub struct Args {
    rest: Vec<String>,
}

impl Args {
    /// Reads `--name=value` as `--name value`.
    pub fn new(args: &[String]) -> Self {
        let rest = args
            .iter()
            .flat_map(|arg| match arg.split_once('=') {
                Some((name, value)) if name.starts_with("--") => {
                    vec![name.to_owned(), value.to_owned()]
                }
                _ => vec![arg.clone()],
            })
            .collect();
        Self { rest }
    }

    /// Whether the flag is there.
    pub fn flag(&mut self, name: &str) -> bool {
        let found = self.rest.iter().position(|arg| arg == name);
        if let Some(index) = found {
            self.rest.remove(index);
        }
        found.is_some()
    }

    /// The value after `name`, if the option is there.
    pub fn value(&mut self, name: &str) -> Result<Option<String>> {
        let Some(index) = self.rest.iter().position(|arg| arg == name) else {
            return Ok(None);
        };
        if index + 1 >= self.rest.len() {
            return Err(format!("{name} needs a value"));
        }
        self.rest.remove(index);
        Ok(Some(self.rest.remove(index)))
    }

    /// The port after `name`, or `default`.
    pub fn port(&mut self, name: &str, default: u16) -> Result<u16> {
        match self.value(name)? {
            None => Ok(default),
            Some(text) => match text.parse() {
                Ok(port) if port > 0 => Ok(port),
                _ => Err(format!("{name} needs a port from 1 to 65535, not `{text}`")),
            },
        }
    }

    /// What no option took: plain words, in order.
    pub fn words(self) -> Result<Vec<String>> {
        match self.rest.iter().find(|arg| arg.starts_with('-')) {
            Some(option) => Err(format!(
                "there is no option `{option}`; see `cargo xtask help`"
            )),
            None => Ok(self.rest),
        }
    }

    /// Refuses anything that is left.
    pub fn finish(self) -> Result<()> {
        match self.words()?.first() {
            Some(word) => Err(format!("what is `{word}`? see `cargo xtask help`")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Args;

    fn args(text: &str) -> Args {
        Args::new(
            &text
                .split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>(),
        )
    }

    #[test]
    fn flags_and_values_in_any_order() {
        let mut args = args("--chat-port=5000 --release --port 4999");
        assert!(args.flag("--release"));
        assert!(!args.flag("--tls"));
        assert_eq!(args.port("--port", 1), Ok(4999));
        assert_eq!(args.port("--chat-port", 1), Ok(5000));
        assert_eq!(args.port("--other", 7), Ok(7));
        assert_eq!(args.finish(), Ok(()));
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert!(args("--port").value("--port").is_err());
        assert!(args("--port 0").port("--port", 1).is_err());
        assert!(args("--port 70000").port("--port", 1).is_err());
        assert!(
            args("--wrong")
                .finish()
                .is_err_and(|error| error.contains("--wrong"))
        );
        assert!(
            args("word")
                .finish()
                .is_err_and(|error| error.contains("word"))
        );
        assert_eq!(
            args("web e2e").words().as_deref(),
            Ok(&["web".to_owned(), "e2e".to_owned()][..])
        );
    }
}
