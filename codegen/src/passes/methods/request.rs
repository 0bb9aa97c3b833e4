//! What a method of progenitor's sends, read from its code.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::punctuated::Punctuated;
use syn::{Expr, ExprMethodCall, ImplItemFn, Lit, Local, Stmt, Token};

use super::signature::Signature;
use crate::document::{Operation, template_names};
use crate::passes::{Mismatch, Outcome, mismatch};

/// How many statements follow the building of the request: `info`, `pre`, `result`, `post`, `response`, and
/// the `match` on its status. The client's transport takes their place.
const TAIL: usize = 6;

/// A request, as progenitor's code builds it.
pub(super) struct Sent {
    pub(super) method: String,
    /// The format string of the URL without the base URL, with `{}` for each value.
    format: String,
    pub(super) parts: Vec<Part>,
}

/// A part of a request, and the argument that it comes from.
pub(super) enum Part {
    Path {
        name: String,
        argument: Ident,
    },
    Query {
        name: String,
        argument: Ident,
    },
    Header {
        name: String,
        argument: Ident,
        required: bool,
    },
    Json {
        argument: Ident,
    },
}

impl Part {
    /// The call on the client's request that adds this part.
    pub(super) fn call(&self, operation: &Operation, signature: &Signature) -> TokenStream {
        match self {
            Self::Path { name, argument } if signature.must_be_referred_to(argument) => {
                quote! { .path(#name, &#argument) }
            }
            Self::Path { name, argument } => quote! { .path(#name, #argument) },
            Self::Query { name, argument } => {
                let repeats = operation.parameters.iter().any(|parameter| {
                    parameter.place == "query" && parameter.name == *name && parameter.repeats
                });
                let values = match (repeats, signature.is_optional(argument)) {
                    (false, false) => quote! { Some(#argument) },
                    (false, true) => quote! { #argument },
                    (true, false) => quote! { #argument.iter() },
                    (true, true) => quote! { #argument.into_iter().flat_map(|it| it.iter()) },
                };
                quote! { .query(#name, #values) }
            }
            Self::Header {
                name,
                argument,
                required: true,
            } => quote! { .header(#name, Some(#argument)) },
            Self::Header {
                name,
                argument,
                required: false,
            } => quote! { .header(#name, #argument) },
            Self::Json { argument } if signature.must_be_referred_to(argument) => {
                quote! { .json(&#argument) }
            }
            Self::Json { argument } => quote! { .json(#argument) },
        }
    }

    /// Where the description declares it, and under which name; `None` for a body.
    pub(super) fn parameter(&self) -> Option<(&str, &str)> {
        match self {
            Self::Path { name, .. } => Some(("path", name)),
            Self::Query { name, .. } => Some(("query", name)),
            Self::Header { name, .. } => Some(("header", name)),
            Self::Json { .. } => None,
        }
    }

    pub(super) fn argument(&self) -> &Ident {
        match self {
            Self::Path { argument, .. }
            | Self::Query { argument, .. }
            | Self::Header { argument, .. }
            | Self::Json { argument } => argument,
        }
    }
}

impl Sent {
    /// Reads the body of a method.
    ///
    /// # Errors
    ///
    /// At the first statement that has not the form that progenitor gives it.
    pub(super) fn by(method: &ImplItemFn) -> Outcome<Self> {
        let name = method.sig.ident.to_string();
        let statements = &method.block.stmts;
        let Some(build) = statements.len().checked_sub(TAIL + 1) else {
            return mismatch(format!("{name} has {} statements", statements.len()));
        };
        let mut sent = Self {
            method: String::new(),
            format: String::new(),
            parts: Vec::new(),
        };
        let result = (|| {
            let mut head = statements[..build].iter();
            let url = head
                .next()
                .ok_or_else(|| Mismatch::new("there is no URL"))?;
            sent.read_url(url)?;
            head.try_for_each(|statement| sent.read_header(statement))?;
            sent.read_request(&statements[build])?;
            check_tail(&statements[build + 1..], &name)
        })();
        match result {
            Ok(()) => Ok(sent),
            Err(found) => mismatch(format!("{name}: {}", found.message)),
        }
    }

    /// The path template, with the names of the description in the order of the values.
    pub(super) fn template(&self, operation: &Operation) -> String {
        let names = template_names(&operation.path);
        let mut template = String::new();
        let mut pieces = self.format.split("{}");
        template.push_str(pieces.next().unwrap_or_default());
        let mut names = names.into_iter();
        for piece in pieces {
            template.push_str(&format!("{{{}}}{piece}", names.next().unwrap_or_default()));
        }
        template
    }

    /// Reads `let url = format!("{}/…/{}", self.baseurl, encode_path(&value.to_string()));`.
    fn read_url(&mut self, statement: &Stmt) -> Outcome {
        let init = initializer(statement, "url")?;
        let Expr::Macro(format) = init else {
            return unexpected(statement);
        };
        let arguments = format
            .mac
            .parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated);
        let Ok(arguments) = arguments else {
            return unexpected(statement);
        };
        let mut arguments = arguments.iter();
        let text = arguments.next().and_then(string);
        let Some(text) = text.and_then(|text| text.strip_prefix("{}").map(str::to_owned)) else {
            return unexpected(statement);
        };
        if arguments.next().map(compact).as_deref() != Some("self.baseurl") {
            return unexpected(statement);
        }
        for argument in arguments {
            let Some(value) = encoded_value(argument) else {
                return unexpected(statement);
            };
            self.parts.push(Part::Path {
                // Named once the description is at hand; see `name_path_values`.
                name: value.to_string(),
                argument: value,
            });
        }
        if text.matches("{}").count() != self.parts.len() {
            return unexpected(statement);
        }
        self.format = text;
        Ok(())
    }

    /// Gives the values of the path the names that the description has for them.
    pub(super) fn name_path_values(&mut self, operation: &Operation) {
        let mut names = template_names(&operation.path).into_iter();
        for part in &mut self.parts {
            if let Part::Path { name, .. } = part
                && let Some(known) = names.next()
            {
                known.clone_into(name);
            }
        }
    }

    /// Reads a statement on `header_map`. The header that names an API version is progenitor's own.
    fn read_header(&mut self, statement: &Stmt) -> Outcome {
        let text = compact(statement);
        if text.starts_with("letmutheader_map=") || text.contains("\"api-version\"") {
            return Ok(());
        }
        let (call, required) = match statement {
            Stmt::Expr(Expr::MethodCall(call), _) => (call, true),
            Stmt::Expr(Expr::If(optional), _) => match &optional.then_branch.stmts[..] {
                [Stmt::Expr(Expr::MethodCall(call), _)] => (call, false),
                _ => return unexpected(statement),
            },
            _ => return unexpected(statement),
        };
        if call.method != "append" || compact(&call.receiver) != "header_map" {
            return unexpected(statement);
        }
        let name = call.args.first().and_then(string);
        let argument = match statement {
            Stmt::Expr(Expr::If(optional), _) => match &*optional.cond {
                Expr::Let(condition) => path_ident(&condition.expr),
                _ => None,
            },
            _ => call.args.get(1).and_then(innermost_receiver),
        };
        let (Some(name), Some(argument)) = (name, argument) else {
            return unexpected(statement);
        };
        self.parts.push(Part::Header {
            name,
            argument,
            required,
        });
        Ok(())
    }

    /// Reads `let mut request = self.client.get(url)….build()?;`.
    fn read_request(&mut self, statement: &Stmt) -> Outcome {
        let Expr::Try(attempt) = initializer(statement, "request")? else {
            return unexpected(statement);
        };
        let mut calls = Vec::new();
        let mut receiver = &*attempt.expr;
        while let Expr::MethodCall(call) = receiver {
            calls.push(call);
            receiver = &call.receiver;
        }
        if compact(receiver) != "self.client" {
            return unexpected(statement);
        }
        calls.reverse();
        let (Some((first, rest)), true) = (calls.split_first(), calls.len() > 1) else {
            return unexpected(statement);
        };
        self.method = first.method.to_string();
        for call in rest {
            self.read_request_call(call)
                .map_err(|()| Mismatch::new(format!("unexpected: .{}()", call.method)))?;
        }
        Ok(())
    }

    fn read_request_call(&mut self, call: &ExprMethodCall) -> Result<(), ()> {
        let arguments: Vec<String> = call.args.iter().map(compact).collect();
        match (call.method.to_string().as_str(), &arguments[..]) {
            ("build", []) => Ok(()),
            ("headers", [map]) if map == "header_map" => Ok(()),
            // The client accepts JSON alone, and says so itself.
            ("header", [name, value])
                if name.ends_with("::ACCEPT") && value.contains("application/json") =>
            {
                Ok(())
            }
            ("json", [_]) => {
                let argument = call.args.first().and_then(referenced).ok_or(())?;
                self.parts.push(Part::Json { argument });
                Ok(())
            }
            ("query", [_]) => {
                let (name, argument) = call.args.first().and_then(query_parameter).ok_or(())?;
                self.parts.push(Part::Query { name, argument });
                Ok(())
            }
            _ => Err(()),
        }
    }
}

/// Compares what follows with what progenitor is known to emit.
fn check_tail(statements: &[Stmt], name: &str) -> Outcome {
    let expected = [
        format!("letinfo=OperationInfo{{operation_id:\"{name}\",}};"),
        "self.pre(&mutrequest,&info).await?;".to_owned(),
        "letresult=self.exec(request,&info).await;".to_owned(),
        "self.post(&result,&info).await?;".to_owned(),
        "letresponse=result?;".to_owned(),
    ];
    for (statement, expected) in statements.iter().zip(&expected) {
        if compact(statement) != *expected {
            return unexpected(statement);
        }
    }
    match statements.last() {
        Some(Stmt::Expr(Expr::Match(last), None)) => {
            if compact(&last.expr) == "response.status().as_u16()" {
                return Ok(());
            }
            mismatch("the last statement does not look at the status")
        }
        _ => mismatch("the last statement is no match"),
    }
}

fn unexpected<T>(statement: &Stmt) -> Outcome<T> {
    mismatch(format!("unexpected: {}", statement.to_token_stream()))
}

/// Code without white space, to be compared.
fn compact(tokens: &impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    // Keywords and names touch without their spaces; both sides of a comparison are written that way.
    text.split_whitespace().collect()
}

/// The value of `let name = value;` or `let mut name = value;`.
fn initializer<'a>(statement: &'a Stmt, name: &str) -> Outcome<&'a Expr> {
    if let Stmt::Local(Local {
        pat: syn::Pat::Ident(pattern),
        init: Some(init),
        ..
    }) = statement
        && pattern.ident == name
    {
        return Ok(&init.expr);
    }
    unexpected(statement)
}

fn string(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

fn path_ident(expression: &Expr) -> Option<Ident> {
    match expression {
        Expr::Path(path) => path.path.get_ident().cloned(),
        _ => None,
    }
}

/// `x` of `&x`.
fn referenced(expression: &Expr) -> Option<Ident> {
    match expression {
        Expr::Reference(reference) => path_ident(&reference.expr),
        _ => None,
    }
}

/// `x` of `encode_path(&x.to_string())`.
fn encoded_value(expression: &Expr) -> Option<Ident> {
    let Expr::Call(call) = expression else {
        return None;
    };
    if compact(&call.func) != "encode_path" || call.args.len() != 1 {
        return None;
    }
    let Expr::Reference(reference) = call.args.first()? else {
        return None;
    };
    let Expr::MethodCall(text) = &*reference.expr else {
        return None;
    };
    if text.method != "to_string" {
        return None;
    }
    path_ident(&text.receiver)
}

/// The name and `x` of `&progenitor_client::QueryParam::new("name", &x)`.
fn query_parameter(expression: &Expr) -> Option<(String, Ident)> {
    let Expr::Reference(reference) = expression else {
        return None;
    };
    let Expr::Call(call) = &*reference.expr else {
        return None;
    };
    if compact(&call.func) != "progenitor_client::QueryParam::new" || call.args.len() != 2 {
        return None;
    }
    Some((string(&call.args[0])?, referenced(&call.args[1])?))
}

/// `x` of `x.to_string().try_into()?`.
fn innermost_receiver(expression: &Expr) -> Option<Ident> {
    match expression {
        Expr::Try(attempt) => innermost_receiver(&attempt.expr),
        Expr::MethodCall(call) => innermost_receiver(&call.receiver),
        other => path_ident(other),
    }
}
