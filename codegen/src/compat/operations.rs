//! Compares the operations: which there are, where requests go, who may send them, and their parameters.

use heck::ToSnakeCase;
use serde_json::Value;

use super::comparison::{Comparison, Usage};
use super::node::{Node, Pair};
use super::{Kind, responses};
use crate::document::{METHODS, ROLES, is_omitted, object, template_names, texts};

/// How the values of a parameter are written into a request.
const STYLE: &[&str] = &[
    "style",
    "explode",
    "allowReserved",
    "allowEmptyValue",
    "content",
];

/// The keywords of a security scheme that say how requests are authenticated.
const SCHEME: &[&str] = &["type", "scheme", "name", "in", "flows", "openIdConnectUrl"];

/// An operation with its path.
#[derive(Clone)]
pub(super) struct Operation<'a> {
    method: &'a str,
    path: &'a str,
    path_item: Node<'a>,
    pub(super) node: Node<'a>,
}

impl Operation<'_> {
    fn id(&self) -> &str {
        self.node.value["operationId"].as_str().unwrap_or_default()
    }

    fn route(&self) -> String {
        format!("{} {}", self.method.to_ascii_uppercase(), self.path)
    }

    /// The operation ID, or else method and path.
    pub(super) fn name(&self) -> String {
        match self.id() {
            "" => self.route(),
            id => id.to_owned(),
        }
    }

    /// The generated method.
    pub(super) fn item(&self) -> String {
        format!("Client::{}", self.name().to_snake_case())
    }

    /// Returns true if requests of both go to the same place. The names of path parameters are not sent.
    fn has_route_of(&self, other: &Self) -> bool {
        fn shape(path: &str) -> Vec<&str> {
            let segment = |segment| {
                let is_parameter = str::starts_with(segment, '{');
                if is_parameter { "{}" } else { segment }
            };
            path.split('/').map(segment).collect()
        }
        self.method == other.method && shape(self.path) == shape(other.path)
    }
}

/// Compares everything about requests but their schemas, which are left in the comparison's queue.
pub(super) fn compare<'a>(comparison: &mut Comparison<'a>, root: &Pair<'a>) {
    compare_servers(comparison, &root.get("servers"));
    compare_security_schemes(comparison, &root.get("components").get("securitySchemes"));
    let mut old = operations(&root.old);
    let mut new = operations(&root.new);
    let mut pairs = take_pairs(&mut old, &mut new, Operation::has_route_of);
    let same_id =
        |old: &Operation<'_>, new: &Operation<'_>| !old.id().is_empty() && old.id() == new.id();
    pairs.extend(take_pairs(&mut old, &mut new, same_id));
    for operation in old {
        let what = format!(
            "the operation `{}` ({}) was removed",
            operation.name(),
            operation.route()
        );
        let pair = Pair::removed(&operation.node);
        let item = operation.item();
        comparison.record(Kind::OperationRemoved, Usage::ALL, Some(&item), &pair, what);
    }
    for operation in new {
        let what = format!(
            "the operation `{}` ({}) was added",
            operation.name(),
            operation.route()
        );
        let pair = Pair::added(&operation.node);
        let item = operation.item();
        comparison.record(Kind::OperationAdded, Usage::ALL, Some(&item), &pair, what);
    }
    for (old, new) in &pairs {
        compare_operation(comparison, old, new);
    }
}

fn operations<'a>(root: &Node<'a>) -> Vec<Operation<'a>> {
    let mut found = Vec::new();
    for (path, path_item) in root.get("paths").entries() {
        for (method, node) in path_item.entries() {
            if METHODS.contains(&method) {
                let path_item = path_item.clone();
                found.push(Operation {
                    method,
                    path,
                    path_item,
                    node,
                });
            }
        }
    }
    found
}

/// Removes the pairs of operations that belong together from both lists.
fn take_pairs<'a>(
    old: &mut Vec<Operation<'a>>,
    new: &mut Vec<Operation<'a>>,
    fits: impl Fn(&Operation<'a>, &Operation<'a>) -> bool,
) -> Vec<(Operation<'a>, Operation<'a>)> {
    let mut pairs = Vec::new();
    old.retain(|operation| {
        let Some(index) = new.iter().position(|other| fits(operation, other)) else {
            return true;
        };
        pairs.push((operation.clone(), new.remove(index)));
        false
    });
    pairs
}

fn compare_operation<'a>(
    comparison: &mut Comparison<'a>,
    old: &Operation<'a>,
    new: &Operation<'a>,
) {
    let (name, item) = (new.name(), new.item());
    let pair = Pair::new(&old.node, &new.node);
    let path_item = Pair::new(&old.path_item, &new.path_item);
    if !old.has_route_of(new) {
        let what = format!("`{name}` was {} and is {}", old.route(), new.route());
        comparison.record(Kind::OperationMoved, Usage::ALL, Some(&item), &pair, what);
    } else if old.path != new.path {
        let what = format!("the path {} is written {}", old.path, new.path);
        comparison.record(
            Kind::PathParameterRenamed,
            Usage::ALL,
            None,
            &path_item,
            what,
        );
    }
    if old.item() != new.item() {
        let what = format!("the operation `{}` was renamed to `{name}`", old.name());
        comparison.record(
            Kind::OperationRenamed,
            Usage::ALL,
            Some(&old.item()),
            &pair,
            what,
        );
    }
    compare_parameters(comparison, old, new);
    compare_request_body(comparison, &pair.get("requestBody"), new);
    responses::compare(comparison, &pair.get("responses"), new);
    compare_roles(comparison, &pair.get(ROLES), new);
    compare_security(comparison, old, new);
    let compared: &[&str] = &[
        "operationId",
        "parameters",
        "requestBody",
        "responses",
        "security",
        ROLES,
    ];
    let subject = format!("`{name}`");
    comparison.compare_documentation(&pair, Usage::ALL, Some(&item), &subject, &[compared]);
    let usage = Usage::ALL.in_rust_if(false);
    let subject = format!("the path {}", new.path);
    let compared = [METHODS, &["parameters"]];
    comparison.compare_documentation(&path_item, usage, None, &subject, &compared);
}

/// Compares the servers. By default, requests go to the first one.
fn compare_servers<'a>(comparison: &mut Comparison<'a>, servers: &Pair<'a>) {
    let usage = Usage::ALL;
    let url = |server: &Node<'a>| server.get("url").text();
    let (old, new) = (servers.old.items(), servers.new.items());
    let find = |servers: &[Node<'a>], wanted: &Node<'a>| {
        let mut servers = servers.iter();
        servers.find(|server| url(server) == url(wanted)).cloned()
    };
    let moved = match (old.first(), new.first()) {
        (Some(old), Some(new)) if url(old) != url(new) => Some(Pair::new(old, new)),
        _ => None,
    };
    if let Some(pair) = &moved {
        let what = format!(
            "the default server was {} and is {}",
            url(&pair.old),
            url(&pair.new)
        );
        comparison.record(
            Kind::FirstServerChanged,
            usage,
            Some("DEFAULT_ORIGIN"),
            pair,
            what,
        );
    }
    let is_moved = |server: &Node<'a>| {
        let pair = moved.as_ref();
        pair.is_some_and(|it| url(&it.old) == url(server) || url(&it.new) == url(server))
    };
    for server in &old {
        if let Some(same) = find(&new, server) {
            let pair = Pair::new(server, &same);
            let subject = format!("the server {}", url(server));
            let usage = usage.in_rust_if(false);
            comparison.compare_documentation(&pair, usage, None, &subject, &[&["url"]]);
        } else if !is_moved(server) {
            let what = format!("the server {} was removed", url(server));
            comparison.record(
                Kind::ServerRemoved,
                usage,
                None,
                &Pair::removed(server),
                what,
            );
        }
    }
    for server in &new {
        if find(&old, server).is_none() && !is_moved(server) {
            let what = format!("the server {} was added", url(server));
            comparison.record(Kind::ServerAdded, usage, None, &Pair::added(server), what);
        }
    }
}

/// Compares the roles of which a caller needs one.
fn compare_roles(comparison: &mut Comparison<'_>, roles: &Pair<'_>, operation: &Operation<'_>) {
    let (name, item) = (operation.name(), operation.item());
    let (old, new) = (texts(roles.old.value), texts(roles.new.value));
    let mut changes = Vec::new();
    match (&old[..], &new[..]) {
        ([], []) => {}
        ([], new) => {
            let what = format!("`{name}` requires a role: {}", new.join(" or "));
            changes.push((Kind::RolesRequired, what));
        }
        (_, []) => {
            let what = format!("`{name}` does not require a role any more");
            changes.push((Kind::RoleAdded, what));
        }
        (old, new) => {
            for role in old.iter().filter(|role| !new.contains(role)) {
                let what = format!("the role {role} does not allow `{name}` any more");
                changes.push((Kind::RoleRemoved, what));
            }
            for role in new.iter().filter(|role| !old.contains(role)) {
                let what = format!("the role {role} allows `{name}`");
                changes.push((Kind::RoleAdded, what));
            }
        }
    }
    for (kind, what) in changes {
        comparison.record(kind, Usage::ALL, Some(&item), roles, what);
    }
}

/// Compares how requests of an operation may be authenticated.
fn compare_security<'a>(comparison: &mut Comparison<'a>, old: &Operation<'a>, new: &Operation<'a>) {
    let security = |operation: &Operation<'a>| {
        let own = operation.node.get("security");
        if own.exists() {
            return own;
        }
        Node::root(operation.node.document.0).get("security")
    };
    let pair = Pair::new(&security(old), &security(new));
    if pair.is_same() {
        return;
    }
    let is_own = |node: &Node<'_>| node.pointer.starts_with("/paths");
    let requests = if is_own(&pair.old) || is_own(&pair.new) {
        format!("requests of `{}`", new.name())
    } else {
        "requests".to_owned()
    };
    // Each alternative is a set of schemes; the empty one allows requests without authentication, as does an
    // empty list.
    let alternatives = |security: &Node<'a>| {
        let named = |node: Node<'a>| {
            let schemes = object(node.value).map(|(scheme, scopes)| match scopes {
                Value::Array(scopes) if !scopes.is_empty() => format!("{scheme} {scopes:?}"),
                _ => scheme.clone(),
            });
            schemes.collect::<Vec<_>>().join(" and ")
        };
        let alternatives: Vec<String> = security.items().into_iter().map(named).collect();
        match alternatives[..] {
            [] => vec![String::new()],
            _ => alternatives,
        }
    };
    let shown = |alternative: &str| match alternative {
        "" => "no authentication".to_owned(),
        schemes => schemes.to_owned(),
    };
    let (before, after) = (alternatives(&pair.old), alternatives(&pair.new));
    for removed in before.iter().filter(|it| !after.contains(it)) {
        let what = format!(
            "{requests} with {} are not accepted any more",
            shown(removed)
        );
        comparison.record(Kind::SecurityRemoved, Usage::ALL, None, &pair, what);
    }
    for added in after.iter().filter(|it| !before.contains(it)) {
        let what = format!("{requests} with {} are accepted", shown(added));
        comparison.record(Kind::SecurityAdded, Usage::ALL, None, &pair, what);
    }
}

fn compare_security_schemes<'a>(comparison: &mut Comparison<'a>, schemes: &Pair<'a>) {
    let usage = Usage::ALL.in_rust_if(false);
    for name in schemes.keys() {
        let scheme = schemes.get(name);
        let subject = format!("the security scheme {name}");
        match scheme.exist() {
            (false, _) => {
                let what = format!("{subject} was added");
                comparison.record(Kind::SecurityAdded, usage, None, &scheme, what);
            }
            (_, false) => {
                let what = format!("{subject} was removed");
                comparison.record(Kind::SecurityRemoved, usage, None, &scheme, what);
            }
            _ => {
                for key in SCHEME {
                    if let Some(part) = scheme.changed(key) {
                        let what = format!("`{key}` of {subject} changed");
                        comparison.record(Kind::SecurityRemoved, usage, None, &part, what);
                    }
                }
                if let Some(part) = scheme.changed("bearerFormat") {
                    let what = format!("`bearerFormat` of {subject} changed");
                    comparison.record(Kind::Text, usage, None, &part, what);
                }
                let compared = [SCHEME, &["bearerFormat"]];
                comparison.compare_documentation(&scheme, usage, None, &subject, &compared);
            }
        }
    }
}

/// A parameter where an operation refers to it, and where it is described.
struct Parameter<'a> {
    /// Where it is sent, and as what: its name or its position in the path.
    key: (&'a str, String),
    reference: Node<'a>,
    node: Node<'a>,
}

impl<'a> Parameter<'a> {
    fn name(&self) -> &'a str {
        self.node.get("name").text()
    }

    fn label(&self) -> String {
        format!("the {} parameter `{}`", self.key.0, self.name())
    }

    fn is_required(&self) -> bool {
        self.node.get("required").is_true()
    }

    fn usage(&self) -> Usage {
        Usage::REQUEST.in_rust_if(!is_omitted(self.node.value))
    }
}

/// The parameters of an operation, with those of its path that it does not override.
fn parameters<'a>(operation: &Operation<'a>) -> Vec<Parameter<'a>> {
    let names = template_names(operation.path);
    let mut found: Vec<Parameter<'a>> = Vec::new();
    for holder in [&operation.node, &operation.path_item] {
        for reference in holder.get("parameters").items() {
            let node = reference.resolve();
            let (place, name) = (node.get("in").text(), node.get("name").text());
            let key = match place {
                "path" => names
                    .iter()
                    .position(|known| *known == name)
                    .map_or_else(|| name.to_owned(), |position| position.to_string()),
                "header" => name.to_ascii_lowercase(),
                _ => name.to_owned(),
            };
            let key = (place, key);
            if found.iter().all(|known| known.key != key) {
                found.push(Parameter {
                    key,
                    reference,
                    node,
                });
            }
        }
    }
    found
}

fn compare_parameters<'a>(
    comparison: &mut Comparison<'a>,
    old: &Operation<'a>,
    new: &Operation<'a>,
) {
    let (operation, item) = (format!("`{}`", new.name()), new.item());
    let node = Pair::new(&old.node, &new.node);
    let (old, new) = (parameters(old), parameters(new));
    let find = |of: &[Parameter<'a>], wanted: &Parameter<'a>| {
        of.iter().position(|parameter| parameter.key == wanted.key)
    };
    let mut order = Vec::new();
    for parameter in &old {
        if let Some(index) = find(&new, parameter) {
            compare_parameter(comparison, parameter, &new[index], &item);
            if parameter.usage().rust && new[index].usage().rust {
                order.push(index);
            }
            continue;
        }
        let what = format!("{} of {operation} was removed", parameter.label());
        let pair = Pair::removed(&parameter.reference);
        let usage = parameter.usage();
        comparison.record(Kind::ParameterRemoved, usage, Some(&item), &pair, what);
    }
    if !order.is_sorted() {
        let what = format!("the parameters of {operation} are in another order");
        comparison.record(
            Kind::ParametersReordered,
            Usage::REQUEST,
            Some(&item),
            &node,
            what,
        );
    }
    for parameter in new.iter().filter(|it| find(&old, it).is_none()) {
        let required = parameter.is_required();
        let word = if required { "required" } else { "optional" };
        let what = format!("{} of {operation} was added, {word}", parameter.label());
        let pair = Pair::added(&parameter.reference);
        let kind = Kind::ParameterAdded { required };
        comparison.record(kind, parameter.usage(), Some(&item), &pair, what);
    }
}

fn compare_parameter<'a>(
    comparison: &mut Comparison<'a>,
    old: &Parameter<'a>,
    new: &Parameter<'a>,
    item: &str,
) {
    let (label, item) = (new.label(), Some(item));
    let pair = Pair::new(&old.node, &new.node);
    let usage = old.usage().or(new.usage());
    let change = match (old.is_required(), new.is_required()) {
        (false, true) => Some((Kind::BecameRequired, "required")),
        (true, false) => Some((Kind::BecameOptional, "optional")),
        _ => None,
    };
    if let Some((kind, word)) = change {
        let what = format!("{label} became {word}");
        comparison.record(kind, usage, item, &pair, what);
    }
    if old.usage() != new.usage() {
        let word = if new.usage().rust {
            "part of"
        } else {
            "omitted from"
        };
        let what = format!("{label} is {word} the typed client");
        comparison.record(Kind::ParameterOmitted, usage, item, &pair, what);
    }
    for key in STYLE {
        if let Some(part) = pair.changed(key) {
            let what = format!("`{key}` of {label} changed");
            comparison.record(Kind::ParameterStyleChanged, usage, item, &part, what);
        }
    }
    let (schema, name) = (pair.get("schema"), new.name());
    comparison.schemas.add(schema, usage, name, item);
    let compared: &[&str] = &["name", "in", "required", "schema", "x-typed-client"];
    comparison.compare_documentation(&pair, usage, item, &label, &[STYLE, compared]);
}

fn compare_request_body<'a>(
    comparison: &mut Comparison<'a>,
    reference: &Pair<'a>,
    operation: &Operation<'a>,
) {
    let (name, item) = (operation.name(), operation.item());
    let item = Some(&*item);
    let usage = Usage::REQUEST;
    let subject = format!("the request body of `{name}`");
    let body = reference.resolve();
    let (was, required) = body.get("required").is_true();
    let (kind, verb) = match reference.exist() {
        (false, false) => return,
        (true, false) => (Some(Kind::BodyRemoved), "was removed"),
        (false, true) if required => (Some(Kind::BodyAdded { required }), "was added, required"),
        (false, true) => (Some(Kind::BodyAdded { required }), "was added, optional"),
        _ if !was && required => (Some(Kind::BecameRequired), "became required"),
        _ if was && !required => (Some(Kind::BecameOptional), "became optional"),
        _ => (None, ""),
    };
    if let Some(kind) = kind {
        comparison.record(kind, usage, item, reference, format!("{subject} {verb}"));
    }
    if reference.exist() != (true, true) {
        return;
    }
    let label = format!("{name}.request");
    responses::compare_content(
        comparison,
        &body.get("content"),
        usage,
        &subject,
        &label,
        item,
    );
    let usage = usage.in_rust_if(false);
    let compared: &[&str] = &["required", "content"];
    comparison.compare_documentation(&body, usage, item, &subject, &[compared]);
}
