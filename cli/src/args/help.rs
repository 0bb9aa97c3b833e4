//! The parts of the help that the manual pages lay out in sections.

/// The environment variables. A line feed is where the help breaks the line.
pub(crate) const ENVIRONMENT: &[(&str, &str)] = &[
    (
        "MONGODB_ATLAS_PUBLIC_API_KEY",
        "public API key (or MONGODB_ATLAS_PUBLIC_KEY)",
    ),
    (
        "MONGODB_ATLAS_PRIVATE_API_KEY",
        "private API key (or MONGODB_ATLAS_PRIVATE_KEY); there is no option\n\
         for it, because options are visible to everyone on the machine",
    ),
    (
        "MONGODB_ATLAS_CLIENT_ID",
        "client id of a service account, instead of an API key",
    ),
    (
        "MONGODB_ATLAS_CLIENT_SECRET",
        "client secret of the service account",
    ),
    ("MONGODB_ATLAS_PROJECT_ID", "project"),
    (
        "MONGODB_ATLAS_BASE_URL",
        "base URL of Atlas (or MONGODB_ATLAS_OPS_MANAGER_URL)",
    ),
    (
        "MONGODB_ATLAS_SERVICE",
        "cloud or cloudgov, if there is no base URL",
    ),
    ("MONGODB_ATLAS_PROFILE", "profile"),
    ("MONGODB_ATLAS_OUTPUT", "output format"),
    ("NO_COLOR", "disables colors if it is set"),
];

/// The exit codes, which are the constants of `failure::exit_code`.
pub(crate) const EXIT_CODES: &[(&str, &str)] = &[
    ("0", "success"),
    ("1", "any failure other than those below"),
    ("2", "invalid command line or settings; nothing was sent"),
    ("3", "authentication or permission"),
    ("4", "not found"),
    ("5", "conflict with the state of the resource"),
    (
        "6",
        "rate limited, or Atlas unreachable or failing, after retries",
    ),
    ("7", "timed out waiting"),
    ("8", "the resource failed or was rejected"),
    ("130", "interrupted"),
];

/// Returns the text after the help of the program.
pub(super) fn after_help(settings: &str) -> String {
    let environment = table(ENVIRONMENT);
    let exit_codes = table(EXIT_CODES);
    format!("{settings}\n\nEnvironment:\n{environment}\n\nExit codes:\n{exit_codes}")
}

fn table(rows: &[(&str, &str)]) -> String {
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let break_line = format!("\n{:1$}", "", width + 4);
    let lines = rows.iter().map(|(name, text)| {
        let text = text.replace('\n', &break_line);
        format!("  {name:width$}  {text}")
    });
    lines.collect::<Vec<_>>().join("\n")
}
