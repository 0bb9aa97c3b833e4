//! Applies JMESPath expressions, in the dialect of the AWS CLI.
#![allow(clippy::doc_markdown, reason = "JMESPath is no code")]

use jmespath::ast::Ast;
use jmespath::{Context, DEFAULT_RUNTIME, ErrorReason, Expression, Rcvar, RuntimeError, Variable};
use serde_json::Value;

use crate::failure::{Failure, exit_code};

/// A parsed expression.
#[derive(Debug)]
pub(crate) struct Query(Expression<'static>);

impl Query {
    /// Parses an expression. Fails if it has an unknown function, or the wrong number of arguments for one:
    /// nothing may be sent for output that could not be printed.
    pub(crate) fn parse(expression: &str) -> Result<Self, Failure> {
        let expression = &with_json_literals(expression);
        let parsed = jmespath::compile(expression).map_err(|error| {
            Failure::usage(format!(
                "--query {expression:?} is not a JMESPath expression: {}, at character {}",
                one_line(&error.reason.to_string()),
                error.offset + 1
            ))
        })?;
        check_functions(parsed.as_ast())
            .map_err(|reason| Failure::usage(format!("--query {expression:?}: {reason}")))?;
        Ok(Self(parsed))
    }

    /// Applies the expression. Fails if one of its functions does not accept the types of its arguments.
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

/// Checks the names and the numbers of arguments of all functions.
fn check_functions(ast: &Ast) -> Result<(), String> {
    match ast {
        Ast::Function { name, args, .. } => {
            check_function(name, args.len())?;
            args.iter().try_for_each(check_functions)
        }
        Ast::Comparison { lhs, rhs, .. }
        | Ast::Projection { lhs, rhs, .. }
        | Ast::And { lhs, rhs, .. }
        | Ast::Or { lhs, rhs, .. }
        | Ast::Subexpr { lhs, rhs, .. } => {
            check_functions(lhs)?;
            check_functions(rhs)
        }
        Ast::Condition {
            predicate, then, ..
        } => {
            check_functions(predicate)?;
            check_functions(then)
        }
        Ast::Expref { ast, .. } => check_functions(ast),
        Ast::Flatten { node, .. } | Ast::Not { node, .. } | Ast::ObjectValues { node, .. } => {
            check_functions(node)
        }
        Ast::MultiList { elements, .. } => elements.iter().try_for_each(check_functions),
        Ast::MultiHash { elements, .. } => {
            let mut values = elements.iter().map(|pair| &pair.value);
            values.try_for_each(check_functions)
        }
        Ast::Identity { .. }
        | Ast::Field { .. }
        | Ast::Index { .. }
        | Ast::Literal { .. }
        | Ast::Slice { .. } => Ok(()),
    }
}

fn check_function(name: &str, arguments: usize) -> Result<(), String> {
    let Some(function) = DEFAULT_RUNTIME.get_function(name) else {
        return Err(format!("unknown function {name}"));
    };
    // A function has no signature to read, but it checks the number of arguments before their types.
    let nulls = vec![Rcvar::new(Variable::Null); arguments];
    let result = function.evaluate(&nulls, &mut Context::new(name, &DEFAULT_RUNTIME));
    match result.map_err(|error| error.reason) {
        Err(ErrorReason::Runtime(
            RuntimeError::NotEnoughArguments { expected, actual }
            | RuntimeError::TooManyArguments { expected, actual },
        )) => Err(format!(
            "expected {expected} arguments of {name} but found {actual}"
        )),
        _ => Ok(()),
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
        for bad in [
            "nosuchfn(@)",
            "[?nosuchfn(id)].id",
            "{a: [nosuchfn(@)]}",
            "sort_by(@, &nosuchfn(id))",
            "a || !nosuchfn(b)[].c",
            "length(nosuchfn(@))",
        ] {
            let message = Query::parse(bad).unwrap_err().to_string();
            assert!(message.ends_with("unknown function nosuchfn"), "{message}");
        }
        for bad in ["length()", "length(@, @)", "map(&a)", "[?contains(id)]"] {
            let message = Query::parse(bad).unwrap_err().to_string();
            assert!(message.contains("arguments"), "{message}");
        }
        for good in ["not_null(a, b, c)", "map(&a, @)", "sort_by(@, &id)"] {
            assert!(Query::parse(good).is_ok(), "{good}");
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
