//! What a sandbox is like that was told nothing else.

use std::time::Duration;

/// The public API key of a sandbox that was given none. It is the same everywhere, and opens nothing else.
pub const DEFAULT_PUBLIC_KEY: &str = "sandboxk";

/// The private API key of a sandbox that was given none. It is the same everywhere, and opens nothing
/// else.
pub const DEFAULT_PRIVATE_KEY: &str = "00000000-0000-4000-8000-000000000000";

/// The client id of the service account of a sandbox that was given none. It is the same everywhere, and
/// opens nothing else.
pub const DEFAULT_CLIENT_ID: &str = "mdb_sa_id_5a4db0c55a4db0c55a4db0c5";

/// The client secret of a sandbox that was given none. It is the same everywhere, and opens nothing else.
pub const DEFAULT_CLIENT_SECRET: &str = "mdb_sa_sk_0000000000000000000000000000000000000000";

/// The project of a sandbox that was given none.
pub const DEFAULT_PROJECT_ID: &str = "5a4db0c55a4db0c55a4db0c5";

/// How long each change of a status takes, unless the sandbox was told otherwise.
pub const DEFAULT_STEP: Duration = Duration::from_secs(1);

/// How long a nonce lives, unless the sandbox was told otherwise. Atlas' live about as long.
pub const DEFAULT_NONCE_LIFETIME: Duration = Duration::from_secs(60);

/// How long an access token lives, unless the sandbox was told otherwise. Atlas' live as long.
pub const DEFAULT_TOKEN_LIFETIME: Duration = Duration::from_secs(3600);
