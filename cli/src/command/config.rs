//! `config show`.

use crate::args::{Format, Globals};
use crate::failure::Failure;
use crate::output::{Output, SettingRow};
use crate::settings::keys::{Keys, MASK};
use crate::settings::{self, BASE_URL, OUTPUT, PROFILE, PROJECT_ID, Resolved, Sources};

/// Returns all resolved settings, with masked secrets, and the first failure to resolve one. The others help
/// to find the mistake.
pub(super) fn show(
    globals: &Globals,
    sources: &Sources<'_>,
    output: Resolved<Format>,
) -> (Output, Option<Failure>) {
    let mut table = Table::default();
    table.add(PROFILE.name, settings::profile(sources));
    match settings::projects(globals, sources) {
        Ok(projects) if projects.is_empty() => table.add(PROJECT_ID.name, Ok(None)),
        Ok(projects) => {
            for project in projects {
                let project = project.map(|id| id.to_string());
                table.add(PROJECT_ID.name, Ok(Some(project)));
            }
        }
        Err(failure) => table.add(PROJECT_ID.name, Err(failure)),
    }
    match Keys::resolve(globals, sources) {
        Ok(keys) => {
            let (id, secret) = keys.kind.settings();
            let masked = keys.secret.map(|secret| secret.map(|_| MASK.to_owned()));
            let mut reason = keys.unavailable;
            for (setting, resolved) in [(id, keys.id), (secret, masked)] {
                match resolved {
                    Some(resolved) => table.add(setting.name, Ok(Some(resolved))),
                    None => table.add_missing(setting.name, reason.take()),
                }
            }
        }
        Err(failure) => table.add("credentials", Err(failure)),
    }
    let base_url = settings::base_url(globals, sources);
    let url = base_url.as_ref().ok().map(|resolved| &*resolved.value);
    let proxy = url.and_then(|url| settings::proxy(sources, url));
    let base_url = base_url.map(|resolved| Some(resolved.map(|url| without_password(&url))));
    table.add(BASE_URL.name, base_url);
    if let Some(settings::Proxy { url, source }) = proxy {
        table.rows.push(SettingRow {
            name: "proxy",
            value: url,
            source: Some(source),
        });
    }
    let output = output.map(|format| format.name().to_owned());
    table.add(OUTPUT.name, Ok(Some(output)));
    let attempts = settings::max_attempts(globals).map(|attempts| attempts.to_string());
    table.add("attempts", Ok(Some(attempts)));
    (Output::Settings(table.rows), table.failure)
}

#[derive(Default)]
struct Table {
    rows: Vec<SettingRow>,
    failure: Option<Failure>,
}

impl Table {
    fn add(&mut self, name: &'static str, resolved: Result<Option<Resolved<String>>, Failure>) {
        let (value, source) = match resolved {
            Ok(Some(resolved)) => (Some(resolved.value), Some(resolved.source.to_string())),
            Ok(None) => (None, None),
            Err(failure) => {
                let source = format!("not resolved: {failure}");
                self.failure.get_or_insert(failure);
                (None, Some(source))
            }
        };
        self.rows.push(SettingRow {
            name,
            value,
            source,
        });
    }

    fn add_missing(&mut self, name: &'static str, reason: Option<String>) {
        self.rows.push(SettingRow {
            name,
            value: None,
            source: reason.map(|reason| format!("missing: {reason}")),
        });
    }
}

/// Masks the user and password of a URL. Other commands refuse such a URL.
fn without_password(url: &str) -> String {
    match url.rsplit_once('@') {
        Some((_, host)) => format!("{MASK}@{host}"),
        None => url.to_owned(),
    }
}
