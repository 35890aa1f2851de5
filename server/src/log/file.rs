//! The log's file: its name and first number in the first row, then one line a row. A row that was not written whole is the last.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

/// What a file holds.
#[derive(Debug, PartialEq)]
pub(super) struct Stored {
    pub(super) name: String,
    /// The number of the line before the first.
    pub(super) before: u64,
    pub(super) lines: Vec<String>,
}

/// The file that new lines go to.
#[derive(Debug)]
pub(super) struct LogFile {
    pub(super) path: PathBuf,
    /// How many it holds.
    pub(super) lines: usize,
    pub(super) bytes: usize,
    /// The first row, which says whose the file is.
    first: String,
    file: File,
}

impl LogFile {
    /// Writes a whole log beside the file, and puts it in its place.
    pub(super) fn write<'a>(
        path: &Path,
        owner: &str,
        name: &str,
        before: u64,
        lines: impl Iterator<Item = &'a str>,
    ) -> io::Result<Self> {
        let first = json!({ "log": name, "seq": before, "by": owner });
        let first = format!("{first}\n");
        let mut text = first.clone();
        let mut count = 0;
        for line in lines {
            text.push_str(line);
            text.push('\n');
            count += 1;
        }
        let mut beside = path.as_os_str().to_owned();
        beside.push(".new");
        fs::write(&beside, &text)?;
        fs::rename(&beside, path)?;
        Ok(Self {
            path: path.to_owned(),
            lines: count,
            bytes: text.len(),
            first,
            file: OpenOptions::new().append(true).open(path)?,
        })
    }

    /// # Errors
    /// The system's, or that another server has put a file of its own in this one's place: lines would go where nobody reads them.
    pub(super) fn append(&mut self, line: &str) -> io::Result<()> {
        self.be_ours()?;
        let row = format!("{line}\n");
        self.lines += 1;
        self.bytes += row.len();
        self.file.write_all(row.as_bytes())
    }

    /// Whether the file is still the one that was written here. There is no lock that all systems and compilers have, and one
    /// that is a file would outlive a server that is killed.
    pub(super) fn be_ours(&self) -> io::Result<()> {
        let mut first = vec![0; self.first.len()];
        File::open(&self.path)?.read_exact(&mut first)?;
        match first == self.first.as_bytes() {
            true => Ok(()),
            false => Err(io::Error::other("another server writes into this file")),
        }
    }
}

/// What stands in the file; nothing where there is none, or no log in it.
pub(super) fn read(path: &Path) -> io::Result<Option<Stored>> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let text = String::from_utf8_lossy(&bytes);
    let mut rows = text
        .split_inclusive('\n')
        .filter_map(|row| row.strip_suffix('\n'));
    let first: Option<Value> = rows.next().and_then(|row| serde_json::from_str(row).ok());
    let Some(first) = first else {
        return Ok(None);
    };
    let name = first.get("log").and_then(Value::as_str).map(str::to_owned);
    let before = first.get("seq").and_then(Value::as_u64);
    Ok(name.zip(before).map(|(name, before)| Stored {
        name,
        before,
        lines: rows.map(str::to_owned).collect(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_but_for_a_row_that_was_cut_off() {
        let path = std::env::temp_dir().join(format!("log-file-{}", std::process::id()));
        assert_eq!(read(&path).unwrap(), None);
        let mut file = LogFile::write(&path, "me", "a", 7, ["one", "two"].into_iter()).unwrap();
        file.append("three").unwrap();
        file.file.write_all(b"cut o").unwrap();
        let stored = Stored {
            name: "a".into(),
            before: 7,
            lines: vec!["one".into(), "two".into(), "three".into()],
        };
        assert_eq!(read(&path).unwrap(), Some(stored));
        fs::write(&path, "no log").unwrap();
        assert_eq!(read(&path).unwrap(), None);
        fs::remove_file(&path).unwrap();
    }
}
