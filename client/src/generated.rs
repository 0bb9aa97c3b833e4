// Generated from all fragments by `cargo xtask generate`. Do not edit it: change the fragments
// or the generator.

/// Scheme and host of the API.
pub(crate) const DEFAULT_ORIGIN: &str = "https://cloud.mongodb.com";
/// MongoDB Atlas private endpoints (AWS PrivateLink), API v1.0, from `spec/private-endpoint-v1.0.yaml`.
pub(crate) mod private_endpoint_v1_0;
