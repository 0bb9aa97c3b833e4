//! The JSON of faults and canned responses.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::canned;
use super::{Effect, Selection};
use crate::spec::JSON;

/// A fault as it is written. Members without a value select everything.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Fault {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    operation: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    project: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    region: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    first: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    calls: Option<Calls>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    every: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    probability: Option<f64>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    counting_unauthenticated: bool,
    effect: Effect,
}

/// The numbers of the first and the last call.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Calls {
    #[serde(default = "one")]
    from: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to: Option<u64>,
}

fn one() -> u64 {
    1
}

impl TryFrom<Fault> for super::Fault {
    type Error = String;

    fn try_from(json: Fault) -> Result<Self, String> {
        let probability = json.probability.unwrap_or(1.0);
        if !(0.0..=1.0).contains(&probability) {
            return Err(format!(
                "expected a `probability` between 0 and 1 but found {probability}"
            ));
        }
        if json.every == Some(0) {
            return Err("expected `every` to be at least 1 but found 0".to_owned());
        }
        let (first, last) = match (json.first, json.calls) {
            (None, None) => (1, u64::MAX),
            (Some(count), None) => (1, count),
            (None, Some(calls)) => (calls.from, calls.to.unwrap_or(u64::MAX)),
            (Some(_), Some(_)) => {
                return Err("expected `first` or `calls` but found both".to_owned());
            }
        };
        let fault = Self {
            selection: Selection {
                operation: json.operation,
                project: json.project,
                region: json.region,
                id: json.id,
                first,
                last,
                every: json.every.unwrap_or(1),
                probability,
                unauthenticated: json.counting_unauthenticated,
            },
            effect: json.effect,
        };
        fault.check()?;
        Ok(fault)
    }
}

impl From<super::Fault> for Fault {
    fn from(super::Fault { selection, effect }: super::Fault) -> Self {
        let to = (selection.last != u64::MAX).then_some(selection.last);
        let from = selection.first;
        Self {
            operation: selection.operation,
            project: selection.project,
            region: selection.region,
            id: selection.id,
            first: to.filter(|_| from == 1),
            calls: (from != 1).then_some(Calls { from, to }),
            every: Some(selection.every).filter(|it| *it != 1),
            probability: Some(selection.probability).filter(|it| *it < 1.0),
            counting_unauthenticated: selection.unauthenticated,
            effect,
        }
    }
}

/// A canned response as it is written.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CannedResponse {
    status: u16,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    headers: BTreeMap<String, OneOrMany>,
    /// A string is sent as it is, and any other value as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body: Option<Value>,
}

#[derive(Deserialize, Serialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl TryFrom<CannedResponse> for canned::CannedResponse {
    type Error = String;

    fn try_from(json: CannedResponse) -> Result<Self, String> {
        let mut response = Self::try_new(json.status)?;
        let has_type = json
            .headers
            .keys()
            .any(|it| it.eq_ignore_ascii_case("content-type"));
        for (name, values) in json.headers {
            let values = match values {
                OneOrMany::One(value) => vec![value],
                OneOrMany::Many(values) => values,
            };
            for value in values {
                response = response.try_header(name.clone(), value)?;
            }
        }
        Ok(match json.body {
            None => response,
            Some(Value::String(text)) => response.body(text),
            Some(value) if has_type => response.body(value.to_string()),
            Some(value) => response
                .header("content-type", JSON)
                .body(value.to_string()),
        })
    }
}

impl From<canned::CannedResponse> for CannedResponse {
    fn from(response: canned::CannedResponse) -> Self {
        let mut headers: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in response.headers {
            headers.entry(name).or_default().push(value);
        }
        let headers = headers.into_iter().map(|(name, mut values)| {
            let values = match values.len() {
                1 => OneOrMany::One(values.remove(0)),
                _ => OneOrMany::Many(values),
            };
            (name, values)
        });
        let body = String::from_utf8_lossy(&response.body);
        Self {
            status: response.status,
            headers: headers.collect(),
            body: (!body.is_empty()).then(|| Value::from(body)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use crate::fault::{CannedResponse, Effect, ErrorCode, Fault, Stage};

    fn parse(text: &str) -> Result<Fault, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn fault_has_the_same_json_before_and_after() {
        let page = CannedResponse::new(503)
            .header("retry-after", "5")
            .header("set-cookie", "a")
            .header("set-cookie", "b")
            .body("busy");
        for (fault, expected) in [
            (
                Fault::on("addInterfaceEndpoint")
                    .first(2)
                    .effect(Effect::ResetAfterHandling),
                json!({ "operation": "addInterfaceEndpoint", "first": 2, "effect": "resetAfterHandling" }),
            ),
            (
                Fault::on_any()
                    .calls(3..6)
                    .every(2)
                    .effect(Effect::Stall(Stage::InHead)),
                json!({ "calls": { "from": 3, "to": 5 }, "every": 2, "effect": { "stall": "inHead" } }),
            ),
            (
                Fault::on_any()
                    .calls(3..)
                    .effect(Effect::Delay(Duration::from_millis(1500))),
                json!({ "calls": { "from": 3 }, "effect": { "delay": "1s 500ms" } }),
            ),
            (
                Fault::on_any()
                    .project("p")
                    .region("r")
                    .id("i")
                    .probability(0.25)
                    .counting_unauthenticated()
                    .effect(Effect::Error(ErrorCode::RateLimited)),
                json!({
                    "project": "p", "region": "r", "id": "i", "probability": 0.25,
                    "countingUnauthenticated": true, "effect": { "error": "RATE_LIMITED" },
                }),
            ),
            (
                Fault::on_any().effect(page),
                json!({ "effect": { "respond": {
                    "status": 503, "body": "busy",
                    "headers": { "retry-after": "5", "set-cookie": ["a", "b"] },
                } } }),
            ),
        ] {
            let written = serde_json::to_value(&fault).map_err(|error| error.to_string());
            assert_eq!(written, Ok(expected.clone()));
            assert_eq!(parse(&expected.to_string()), Ok(fault));
        }
    }

    #[test]
    fn canned_response_can_have_json_as_its_body() {
        let fault = parse(r#"{"effect": {"respond": {"status": 200, "body": {"a": [1]}}}}"#);
        let response = CannedResponse::json(200, r#"{"a":[1]}"#);
        assert_eq!(fault, Ok(Fault::on_any().effect(response)));
        let fault = parse(
            r#"{"effect": {"respond": {"status": 200, "headers": {"Content-Type": "a/b"}, "body": []}}}"#,
        );
        let response = CannedResponse::new(200)
            .header("Content-Type", "a/b")
            .body("[]");
        assert_eq!(fault, Ok(Fault::on_any().effect(response)));
    }

    #[test]
    fn invalid_json_is_refused_with_the_alternatives() {
        for (text, expected) in [
            ("{}", "missing field `effect`"),
            (
                r#"{"operation": "list", "effect": "halfHead"}"#,
                "unknown operation \"list\"; expected one of listPrivateEndpointConnections, ",
            ),
            (
                r#"{"effect": "reset"}"#,
                "unknown variant `reset`, expected one of `resetBeforeReading`",
            ),
            (
                r#"{"effect": {"error": "NO"}}"#,
                "unknown variant `NO`, expected one of `PRIVATELINK_NOT_FOUND`",
            ),
            (
                r#"{"effect": {"delay": "5"}}"#,
                "expected a duration such as 500ms or 2s",
            ),
            (
                r#"{"effect": {"respond": {"status": 99}}}"#,
                "99 is not the status of a final response",
            ),
            (
                r#"{"effect": {"respond": {"status": 200, "headers": {"a b": "c"}}}}"#,
                r#""a b": "c" is not a valid header"#,
            ),
            (
                r#"{"efect": "halfHead"}"#,
                "unknown field `efect`, expected one of `operation`",
            ),
            (
                r#"{"probability": 1.5, "effect": "halfHead"}"#,
                "expected a `probability` between 0 and 1",
            ),
            (
                r#"{"every": 0, "effect": "halfHead"}"#,
                "expected `every` to be at least 1",
            ),
            (
                r#"{"first": 1, "calls": {}, "effect": "halfHead"}"#,
                "expected `first` or `calls`",
            ),
        ] {
            let error = parse(text).expect_err("the fault is invalid");
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
