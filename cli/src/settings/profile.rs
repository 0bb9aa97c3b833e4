//! Reads the profiles of the Atlas CLI. They are never written.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use toml::Table;

use super::warn_if_readable;
use crate::failure::Failure;

const DEFAULT: &str = "default";

/// A profile, which is a table of the file, and the values at the top of the file.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    pub(crate) name: String,
    pub(crate) file: PathBuf,
    values: Table,
    /// Values of every profile, which override those of its table.
    shared: Table,
}

/// The value of a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Value<'a> {
    pub(super) key: &'static str,
    pub(super) text: &'a str,
    /// True for a value at the top of the file.
    pub(super) is_shared: bool,
}

impl Profile {
    /// Reads the profile `name`, in any case, which must exist. Without a name, reads the default profile, or
    /// else the only one, or else returns why there is none.
    pub(super) fn read(
        file: Option<&Path>,
        name: Option<&str>,
    ) -> Result<Result<Self, String>, Failure> {
        let Some(file) = file else {
            return missing(name, "this account has no configuration directory");
        };
        let path = file.display();
        let text = match fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return missing(name, &format!("{path} does not exist"));
            }
            Err(error) => return Err(Failure::usage(format!("could not read {path}: {error}"))),
        };
        let (profiles, shared): (Table, Table) = parse(&text, file)?
            .into_iter()
            .partition(|(_, value)| value.is_table());
        if has_secret(&shared)
            || profiles
                .values()
                .filter_map(toml::Value::as_table)
                .any(has_secret)
        {
            warn_if_readable(file, "the keys of your profiles");
        }
        let (name, values) = match select(&profiles, name) {
            Some((name, values)) => (name.clone(), values.clone()),
            None if name.is_none() && shared.values().any(toml::Value::is_str) => {
                (DEFAULT.to_owned(), Table::new())
            }
            None => return missing(name, &format!("{path} has {}", names(&profiles))),
        };
        Ok(Ok(Self {
            name,
            file: file.to_owned(),
            values,
            shared,
        }))
    }

    /// Returns the value of the first of these keys that is set.
    pub(super) fn get(&self, keys: &[&'static str]) -> Result<Option<Value<'_>>, Failure> {
        for (table, is_shared) in [(&self.shared, true), (&self.values, false)] {
            for key in keys {
                if let Some(text) = self.text(table, key)? {
                    return Ok(Some(Value {
                        key,
                        text,
                        is_shared,
                    }));
                }
            }
        }
        Ok(None)
    }

    /// Returns the text of a key. The Atlas CLI writes an empty text for a key that is not set.
    fn text<'a>(&self, table: &'a Table, key: &str) -> Result<Option<&'a str>, Failure> {
        match table.get(key) {
            None => Ok(None),
            Some(toml::Value::String(text)) => Ok(Some(text.trim()).filter(|it| !it.is_empty())),
            Some(_) => Err(Failure::usage(format!(
                "{key} of profile {} in {} is not a string",
                self.name,
                self.file.display()
            ))),
        }
    }
}

/// Returns the profile with a name, or without one the default or the only profile, as the Atlas CLI does.
fn select<'a>(profiles: &'a Table, name: Option<&str>) -> Option<(&'a String, &'a Table)> {
    let named = |name: &str| {
        let name = name.to_lowercase();
        let mut profiles = profiles.iter();
        profiles.find(|(profile, _)| profile.to_lowercase() == name)
    };
    let only = || profiles.iter().next().filter(|_| profiles.len() == 1);
    let (name, values) = match name {
        Some(name) => named(name),
        None => named(DEFAULT).or_else(only),
    }?;
    Some((name, values.as_table()?))
}

/// Parses the file. The error has the number of the line, but not its text, which can hold a key.
fn parse(text: &str, file: &Path) -> Result<Table, Failure> {
    text.parse::<Table>().map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let line = text[..start.min(text.len())].matches('\n').count() + 1;
        Failure::usage(format!(
            "{}, line {line}, is not TOML: {}",
            file.display(),
            error.message()
        ))
    })
}

fn has_secret(values: &Table) -> bool {
    let keys = ["private_api_key", "client_secret"];
    keys.iter().any(|key| values.contains_key(*key))
}

fn names(profiles: &Table) -> String {
    let names: Vec<&str> = profiles.keys().map(String::as_str).collect();
    match names[..] {
        [] => "no profiles".to_owned(),
        [name] => format!("only the profile {name}"),
        _ => format!("the profiles {}", names.join(", ")),
    }
}

fn missing(name: Option<&str>, reason: &str) -> Result<Result<Profile, String>, Failure> {
    let Some(name) = name else {
        return Ok(Err(reason.to_owned()));
    };
    Err(Failure::usage(format!(
        "unknown profile {name:?}: {reason}"
    )))
}

/// Returns the names of all profiles. There are none where the file cannot be read.
pub(super) fn all_names(file: &Path) -> Vec<String> {
    let text = fs::read_to_string(file).unwrap_or_default();
    let tables = parse(&text, file).unwrap_or_default().into_iter();
    let profiles = tables.filter(|(_, value)| value.is_table());
    profiles.map(|(name, _)| name).collect()
}

/// Returns the path of the Atlas CLI's file in the user's configuration directory.
///
/// The rule for macOS is the Atlas CLI's own, so libraries for such directories do not fit.
pub(super) fn file(environment: &dyn Fn(&str) -> Option<String>) -> Option<PathBuf> {
    let directory = if cfg!(windows) {
        PathBuf::from(environment("AppData")?)
    } else if let Some(directory) = environment("XDG_CONFIG_HOME") {
        PathBuf::from(directory)
    } else {
        let home = PathBuf::from(environment("HOME")?);
        if cfg!(target_os = "macos") {
            home.join("Library/Application Support")
        } else {
            home.join(".config")
        }
    };
    Some(directory.join("atlascli").join("config.toml"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_has_the_line_but_not_its_text() {
        let text = "[default]\npublic_api_key = \"a\"\nprivate_api_key = \"hunter2\n";
        let error = parse(text, Path::new("config.toml"))
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with("config.toml, line 3, is not TOML"),
            "{error}"
        );
        assert!(!error.contains("hunter2"), "{error}");
    }

    proptest::proptest! {
        #[test]
        fn no_file_causes_a_panic(text: String) {
            let _ = parse(&text, Path::new("config.toml"));
        }
    }

    #[test]
    #[cfg(all(unix, not(target_os = "macos")))]
    fn file_is_that_of_the_atlas_cli() {
        let home = |name: &str| (name == "HOME").then(|| "/home/ada".to_owned());
        assert_eq!(
            file(&home).unwrap(),
            Path::new("/home/ada/.config/atlascli/config.toml")
        );
        let xdg = |name: &str| (name == "XDG_CONFIG_HOME").then(|| "/etc/ada".to_owned());
        assert_eq!(
            file(&xdg).unwrap(),
            Path::new("/etc/ada/atlascli/config.toml")
        );
        assert_eq!(file(&|_| None), None);
    }
}
