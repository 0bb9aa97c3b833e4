//! `JMESPath` expressions, as the AWS CLI has them.

use std::fmt;

use jmespath::{Expression, Variable};
use serde_json::Value;

use crate::failure::{Failure, Reason};

/// An expression that can be applied.
pub(crate) struct Query(Expression<'static>);

impl Query {
    /// Reads an expression.
    ///
    /// # Errors
    ///
    /// [`Reason::Usage`] that shows where it goes wrong.
    pub(crate) fn parse(expression: &str) -> Result<Self, Failure> {
        let expression = &with_json_literals(expression);
        jmespath::compile(expression).map(Self).map_err(|error| {
            Failure::usage(format!(
                "--query {expression:?} is no JMESPath expression: {}, at character {}",
                one_line(&error.reason.to_string()),
                error.offset + 1
            ))
        })
    }

    /// What the expression makes of a value.
    ///
    /// # Errors
    ///
    /// [`Reason::Query`] when a function of the expression is not known, or is given what it does not take.
    pub(crate) fn apply(&self, value: &Value) -> Result<Value, Failure> {
        let input = Variable::try_from(value.clone());
        let found = input.and_then(|input| self.0.search(input));
        let found = found.map_err(|error| self.failed(&error.reason.to_string()))?;
        serde_json::to_value(&*found).map_err(|error| self.failed(&error.to_string()))
    }

    fn failed(&self, reason: &str) -> Failure {
        Failure::new(Reason::Query(format!(
            "--query {:?} cannot be applied to this output: {}",
            self.0.as_str(),
            one_line(reason)
        )))
    }
}

/// The expression with quotes around what stands between backticks and is no JSON, such as
/// `` `AVAILABLE` ``: the AWS CLI takes it for a text, too.
fn with_json_literals(expression: &str) -> String {
    let mut whole = String::new();
    let mut rest = expression;
    while let Some(start) = rest.find(['`', '\'', '"']) {
        let (before, literal) = rest.split_at(start);
        let Some(end) = end_of(literal) else {
            break;
        };
        let (literal, after) = literal.split_at(end);
        whole.push_str(before);
        whole.push_str(&json_literal(literal).unwrap_or_else(|| literal.to_owned()));
        rest = after;
    }
    whole + rest
}

/// Where a literal ends that begins with its quote.
fn end_of(literal: &str) -> Option<usize> {
    let mut characters = literal.char_indices();
    let (_, quote) = characters.next()?;
    while let Some((place, character)) = characters.next() {
        if character == '\\' {
            characters.next();
        } else if character == quote {
            return Some(place + quote.len_utf8());
        }
    }
    None
}

/// What stands between backticks as JSON, when it is none.
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

impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Query").field(&self.0.as_str()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_expression_selects() {
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
        // As people write it for the AWS CLI.
        assert_eq!(select("[?status==`FAILED`].id"), json!(["b"]));
        assert_eq!(select("[?n==`1`].id"), json!(["a"]));
        assert_eq!(select("[?n > `1` && status != `it's`].id"), json!(["b"]));
        assert_eq!(select("[?status=='`x`'].id"), json!([]));
    }

    #[test]
    fn what_is_no_expression_is_told() {
        for bad in ["[", "a b", "foo(", ""] {
            assert!(Query::parse(bad).is_err(), "{bad:?}");
        }
        let query = Query::parse("length(`1`)").unwrap();
        let said = query.apply(&json!([])).unwrap_err().to_string();
        assert!(said.contains("length(`1`)"), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }

    proptest::proptest! {
        #[test]
        fn no_expression_makes_it_panic(expression in "[a-z\\[\\]?*@&|(){}'`.,:0-9 -]{0,24}") {
            if let Ok(query) = Query::parse(&expression) {
                let _ = query.apply(&json!([{"a": 1, "b": ["x"]}]));
            }
        }
    }
}
