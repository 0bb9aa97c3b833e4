//! Applies JMESPath expressions, in the dialect of the AWS CLI.
#![allow(clippy::doc_markdown, reason = "JMESPath is no code")]

use jmespath::{Expression, Variable};
use serde_json::Value;

use crate::failure::{Failure, exit_code};

/// A parsed expression.
#[derive(Debug)]
pub(crate) struct Query(Expression<'static>);

impl Query {
    pub(crate) fn parse(expression: &str) -> Result<Self, Failure> {
        let expression = &with_json_literals(expression);
        jmespath::compile(expression).map(Self).map_err(|error| {
            Failure::usage(format!(
                "--query {expression:?} is not a JMESPath expression: {}, at character {}",
                one_line(&error.reason.to_string()),
                error.offset + 1
            ))
        })
    }

    /// Applies the expression. Fails if one of its functions is unknown or does not accept its arguments.
    pub(crate) fn apply(&self, value: &Value) -> Result<Value, Failure> {
        let input = Variable::try_from(value.clone());
        let result = input.and_then(|input| self.0.search(input));
        let result = result.map_err(|error| self.failed(&error.reason.to_string()))?;
        serde_json::to_value(&*result).map_err(|error| self.failed(&error.to_string()))
    }

    fn failed(&self, reason: &str) -> Failure {
        let (expression, reason) = (self.0.as_str(), one_line(reason));
        let message = format!("could not apply --query {expression:?} to this output: {reason}");
        Failure::new(exit_code::OTHER, message)
    }
}

/// Quotes each text between backticks that is not JSON, such as `` `AVAILABLE` ``. The AWS CLI accepts those
/// as strings.
fn with_json_literals(expression: &str) -> String {
    let mut result = String::new();
    let mut rest = expression;
    while let Some(start) = rest.find(['`', '\'', '"']) {
        let (before, literal) = rest.split_at(start);
        let Some(end) = end_of_literal(literal) else {
            break;
        };
        let (literal, after) = literal.split_at(end);
        result.push_str(before);
        result.push_str(&json_literal(literal).unwrap_or_else(|| literal.to_owned()));
        rest = after;
    }
    result + rest
}

/// Returns the end of a literal that starts with its quote.
fn end_of_literal(literal: &str) -> Option<usize> {
    let mut characters = literal.char_indices();
    let (_, quote) = characters.next()?;
    while let Some((index, character)) = characters.next() {
        if character == '\\' {
            characters.next();
        } else if character == quote {
            return Some(index + quote.len_utf8());
        }
    }
    None
}

/// Returns a literal between backticks as JSON, if it is not.
fn json_literal(literal: &str) -> Option<String> {
    let inner = literal.strip_prefix('`')?.strip_suffix('`')?;
    let text = inner.replace("\\`", "`");
    if serde_json::from_str::<Value>(&text).is_ok() {
        return None;
    }
    let json = Value::from(text.trim_start()).to_string();
    Some(format!("`{}`", json.replace('`', "\\`")))
}

fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn expression_selects() {
        let list = json!([
            {"id": "a", "status": "AVAILABLE", "n": 1},
            {"id": "b", "status": "FAILED", "n": 2.5}
        ]);
        let select = |expression: &str| Query::parse(expression).unwrap().apply(&list).unwrap();
        assert_eq!(select("[?status=='FAILED'].id"), json!(["b"]));
        assert_eq!(select("[0]"), list[0]);
        assert_eq!(select("length(@)"), json!(2));
        assert_eq!(select("[].missing"), json!([]));
        assert_eq!(select("missing"), json!(null));
        // In the dialect of the AWS CLI.
        assert_eq!(select("[?status==`FAILED`].id"), json!(["b"]));
        assert_eq!(select("[?n==`1`].id"), json!(["a"]));
        assert_eq!(select("[?n > `1` && status != `it's`].id"), json!(["b"]));
        assert_eq!(select("[?status=='`x`'].id"), json!([]));
    }

    #[test]
    fn invalid_expression_is_an_error() {
        for bad in ["[", "a b", "foo(", ""] {
            assert!(Query::parse(bad).is_err(), "{bad:?}");
        }
        let query = Query::parse("length(`1`)").unwrap();
        let message = query.apply(&json!([])).unwrap_err().to_string();
        assert!(message.contains("length(`1`)"), "{message}");
        assert_eq!(message.lines().count(), 1, "{message}");
    }

    proptest::proptest! {
        #[test]
        fn no_expression_causes_a_panic(expression in "[a-z\\[\\]?*@&|(){}'`.,:0-9 -]{0,24}") {
            if let Ok(query) = Query::parse(&expression) {
                let _ = query.apply(&json!([{"a": 1, "b": ["x"]}]));
            }
        }
    }
}
