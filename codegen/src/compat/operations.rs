//! Compares operations: their servers, paths, roles, authentication and parameters.

use heck::ToSnakeCase;
use serde_json::Value;

use super::comparison::{Comparison, Subject};
use super::node::{Node, Pair};
use super::{Kind, responses};
use crate::document::{METHODS, ROLES, is_omitted, object, template_names, texts};

/// The keywords that say how the values of a parameter are written into a request.
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
    node: Node<'a>,
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

    /// The operation with its method in the generated crate.
    pub(super) fn subject(&self) -> Subject {
        Subject::new(format!("Client::{}", self.name().to_snake_case()))
    }

    /// Returns true if requests of both go to the same place. The names of path parameters are not sent.
    fn has_route_of(&self, other: &Self) -> bool {
        fn shape(path: &str) -> Vec<&str> {
            let segments = path.split('/');
            segments
                .map(|it| if it.starts_with('{') { "{}" } else { it })
                .collect()
        }
        self.method == other.method && shape(self.path) == shape(other.path)
    }
}

/// Compares everything about requests but their schemas, which are left in the comparison's queue.
pub(super) fn compare<'a>(comparison: &mut Comparison<'a>, root: &Pair<'a>) {
    compare_servers(comparison, &root.get("servers"));
    let schemes = root.get("components").get("securitySchemes");
    compare_security_schemes(comparison, &schemes);
    let (mut old, mut new) = (operations(&root.old), operations(&root.new));
    let mut pairs = take_pairs(&mut old, &mut new, Operation::has_route_of);
    let same_id =
        |old: &Operation<'_>, new: &Operation<'_>| !old.id().is_empty() && old.id() == new.id();
    pairs.extend(take_pairs(&mut old, &mut new, same_id));
    for it in old {
        let what = format!("the operation `{}` ({}) was removed", it.name(), it.route());
        let pair = Pair::removed(&it.node);
        comparison.record(Kind::OperationRemoved, &it.subject(), &pair, what);
    }
    for it in new {
        let what = format!("the operation `{}` ({}) was added", it.name(), it.route());
        let pair = Pair::added(&it.node);
        comparison.record(Kind::OperationAdded, &it.subject(), &pair, what);
    }
    for (old, new) in &pairs {
        compare_operation(comparison, old, new);
    }
}

fn operations<'a>(root: &Node<'a>) -> Vec<Operation<'a>> {
    let operations = root.document.raw_operations().into_iter();
    operations
        .map(|(method, path, ..)| {
            let path_item = root.get("paths").get(path);
            Operation {
                method,
                path,
                node: path_item.get(method),
                path_item,
            }
        })
        .collect()
}

/// Removes the pairs of operations that belong together from both lists.
fn take_pairs<'a>(
    old: &mut Vec<Operation<'a>>,
    new: &mut Vec<Operation<'a>>,
    fits: impl Fn(&Operation<'a>, &Operation<'a>) -> bool,
) -> Vec<(Operation<'a>, Operation<'a>)> {
    let mut pairs = Vec::new();
    old.retain(|operation| {
        let index = new.iter().position(|other| fits(operation, other));
        pairs.extend(index.map(|index| (operation.clone(), new.remove(index))));
        index.is_none()
    });
    pairs
}

fn compare_operation<'a>(
    comparison: &mut Comparison<'a>,
    old: &Operation<'a>,
    new: &Operation<'a>,
) {
    let (name, subject) = (new.name(), new.subject());
    let pair = Pair::new(&old.node, &new.node);
    let path_item = Pair::new(&old.path_item, &new.path_item);
    if !old.has_route_of(new) {
        let what = format!("`{name}` was {} and is {}", old.route(), new.route());
        comparison.record(Kind::OperationMoved, &subject, &pair, what);
    } else if old.path != new.path {
        let what = format!("the path {} is written {}", old.path, new.path);
        comparison.record(Kind::PathParameterRenamed, &subject, &path_item, what);
    }
    if old.subject().item != subject.item {
        let what = format!("the operation `{}` was renamed to `{name}`", old.name());
        comparison.record(Kind::OperationRenamed, &old.subject(), &pair, what);
    }
    compare_parameters(comparison, old, new);
    responses::compare_request_body(comparison, &pair.get("requestBody"), new);
    responses::compare(comparison, &pair.get("responses"), new);
    compare_roles(comparison, &pair.get(ROLES), new);
    compare_security(comparison, old, new);
    let parts: &[&str] = &["operationId", "parameters", "requestBody", "responses"];
    let compared = [parts, &["security", ROLES]];
    comparison.compare_rest(&pair, &subject, &format!("`{name}`"), &compared);
    let name = format!("the path {}", new.path);
    let compared = [METHODS, &["parameters"]];
    comparison.compare_rest(&path_item, &Subject::on_wire(), &name, &compared);
}

/// Compares the servers. By default, requests go to the first one.
fn compare_servers<'a>(comparison: &mut Comparison<'a>, servers: &Pair<'a>) {
    let subject = Subject::on_wire();
    let url = |server: &Node<'a>| server.get("url").text();
    let (mut old, mut new) = (servers.old.items(), servers.new.items());
    if let (Some(was), Some(is)) = (old.first().cloned(), new.first().cloned())
        && url(&was) != url(&is)
    {
        let what = format!("the default server was {} and is {}", url(&was), url(&is));
        let subject = Subject::new("DEFAULT_ORIGIN".to_owned());
        comparison.record(
            Kind::FirstServerChanged,
            &subject,
            &Pair::new(&was, &is),
            what,
        );
        old.retain(|it| url(it) != url(&was) && url(it) != url(&is));
        new.retain(|it| url(it) != url(&was) && url(it) != url(&is));
    }
    for server in &old {
        let name = format!("the server {}", url(server));
        if let Some(same) = new.iter().find(|it| url(it) == url(server)) {
            comparison.compare_rest(&Pair::new(server, same), &subject, &name, &[&["url"]]);
        } else {
            let what = format!("{name} was removed");
            comparison.record(Kind::ServerRemoved, &subject, &Pair::removed(server), what);
        }
    }
    for server in new
        .iter()
        .filter(|it| old.iter().all(|old| url(old) != url(it)))
    {
        let what = format!("the server {} was added", url(server));
        comparison.record(Kind::ServerAdded, &subject, &Pair::added(server), what);
    }
}

/// Compares the roles of which a caller needs one.
fn compare_roles(comparison: &mut Comparison<'_>, roles: &Pair<'_>, operation: &Operation<'_>) {
    let (name, subject) = (operation.name(), operation.subject());
    let (old, new) = (texts(roles.old.value), texts(roles.new.value));
    if old.is_empty() && !new.is_empty() {
        let what = format!("`{name}` requires a role: {}", new.join(" or "));
        comparison.record(Kind::RolesRequired, &subject, roles, what);
    } else if new.is_empty() && !old.is_empty() {
        let what = format!("`{name}` no longer requires a role");
        comparison.record(Kind::RoleAdded, &subject, roles, what);
    } else {
        let kinds = (Kind::RoleRemoved, Kind::RoleAdded);
        comparison.compare_lists(kinds, &subject, roles, (&old, &new), |role, added| {
            let verb = if added { "allows" } else { "no longer allows" };
            format!("the role {role} {verb} `{name}`")
        });
    }
}

/// Compares how requests of an operation may be authenticated.
fn compare_security<'a>(comparison: &mut Comparison<'a>, old: &Operation<'a>, new: &Operation<'a>) {
    let security = |operation: &Operation<'a>| {
        let own = operation.node.get("security");
        let default = || Node::root(operation.node.document.0).get("security");
        if own.exists() { own } else { default() }
    };
    // Each alternative is a set of schemes. An empty one accepts requests without authentication, as does an
    // empty list.
    let alternatives = |security: &Node<'a>| -> Vec<String> {
        let schemes = |node: Node<'a>| {
            let schemes = object(node.value).map(|(scheme, scopes)| match scopes {
                Value::Array(scopes) if !scopes.is_empty() => format!("{scheme} {scopes:?}"),
                _ => scheme.clone(),
            });
            let schemes: Vec<String> = schemes.collect();
            if schemes.is_empty() {
                NONE.to_owned()
            } else {
                schemes.join(" and ")
            }
        };
        match &security.items()[..] {
            [] => vec![NONE.to_owned()],
            items => items.iter().cloned().map(schemes).collect(),
        }
    };
    let pair = Pair::new(&security(old), &security(new));
    let is_own = |node: &Node<'_>| node.pointer.starts_with("/paths");
    let requests = if is_own(&pair.old) || is_own(&pair.new) {
        format!("requests of `{}`", new.name())
    } else {
        "requests".to_owned()
    };
    let lists = (alternatives(&pair.old), alternatives(&pair.new));
    let kinds = (Kind::SecurityRemoved, Kind::SecurityAdded);
    let (subject, lists) = (Subject::on_wire(), (&lists.0[..], &lists.1[..]));
    comparison.compare_lists(kinds, &subject, &pair, lists, |schemes, added| {
        let verb = if added {
            "are accepted"
        } else {
            "are no longer accepted"
        };
        format!("{requests} with {schemes} {verb}")
    });
}

const NONE: &str = "no authentication";

fn compare_security_schemes<'a>(comparison: &mut Comparison<'a>, schemes: &Pair<'a>) {
    let subject = Subject::on_wire();
    for name in schemes.keys() {
        let scheme = schemes.get(name);
        let name = format!("the security scheme {name}");
        let (kind, verb) = match scheme.exist() {
            (false, _) => (Kind::SecurityAdded, "added"),
            (_, false) => (Kind::SecurityRemoved, "removed"),
            _ => {
                for (keys, kind) in [
                    (SCHEME, Kind::SecurityRemoved),
                    (&["bearerFormat"][..], Kind::Text),
                ] {
                    for part in keys.iter().filter_map(|key| scheme.changed(key)) {
                        let key = part.new.pointer.rsplit('/').next().unwrap_or_default();
                        let what = format!("`{key}` of {name} changed");
                        comparison.record(kind, &subject, &part, what);
                    }
                }
                let compared = [SCHEME, &["bearerFormat"]];
                comparison.compare_rest(&scheme, &subject, &name, &compared);
                continue;
            }
        };
        comparison.record(kind, &subject, &scheme, format!("{name} was {verb}"));
    }
}

/// A parameter where an operation refers to it, and where it is described.
struct Parameter<'a> {
    /// Where it is sent, and as what: its name or its position in the path.
    key: (&'a str, String),
    reference: Node<'a>,
    node: Node<'a>,
    subject: Subject,
}

impl Parameter<'_> {
    fn name(&self) -> String {
        format!(
            "the {} parameter `{}`",
            self.key.0,
            self.node.get("name").text()
        )
    }

    fn is_required(&self) -> bool {
        self.node.get("required").is_true()
    }
}

/// The parameters of an operation, with those of its path that it does not override.
fn parameters<'a>(operation: &Operation<'a>) -> Vec<Parameter<'a>> {
    let names = template_names(operation.path);
    let mut found: Vec<Parameter<'a>> = Vec::new();
    let holders = [&operation.node, &operation.path_item];
    let references = holders
        .into_iter()
        .flat_map(|it| it.get("parameters").items());
    for reference in references {
        let node = reference.resolve();
        let (place, name) = (node.get("in").text(), node.get("name").text());
        let position = names.iter().position(|known| *known == name);
        let key = match (place, position) {
            ("path", Some(position)) => position.to_string(),
            ("header", _) => name.to_ascii_lowercase(),
            _ => name.to_owned(),
        };
        let key = (place, key);
        if found.iter().all(|known| known.key != key) {
            let subject = operation.subject().in_request();
            found.push(Parameter {
                key,
                subject: subject.in_rust_if(!is_omitted(node.value)),
                reference,
                node,
            });
        }
    }
    found
}

fn compare_parameters<'a>(
    comparison: &mut Comparison<'a>,
    old: &Operation<'a>,
    new: &Operation<'a>,
) {
    let name = format!("`{}`", new.name());
    let (old, new) = (parameters(old), parameters(new));
    let find = |of: &[Parameter<'a>], wanted: &Parameter<'a>| {
        of.iter().position(|parameter| parameter.key == wanted.key)
    };
    for parameter in &old {
        let Some(index) = find(&new, parameter) else {
            let what = format!("{} of {name} was removed", parameter.name());
            let pair = Pair::removed(&parameter.reference);
            comparison.record(Kind::ParameterRemoved, &parameter.subject, &pair, what);
            continue;
        };
        compare_parameter(comparison, parameter, &new[index]);
    }
    for parameter in new.iter().filter(|it| find(&old, it).is_none()) {
        let required = parameter.is_required();
        let word = if required { "required" } else { "optional" };
        let what = format!("{} of {name} was added, {word}", parameter.name());
        let kind = Kind::ParameterAdded { required };
        comparison.record(
            kind,
            &parameter.subject,
            &Pair::added(&parameter.reference),
            what,
        );
    }
}

fn compare_parameter<'a>(
    comparison: &mut Comparison<'a>,
    old: &Parameter<'a>,
    new: &Parameter<'a>,
) {
    let name = new.name();
    let pair = Pair::new(&old.node, &new.node);
    let (was_in_rust, in_rust) = (old.subject.usage.rust, new.subject.usage.rust);
    let subject = if in_rust { &new.subject } else { &old.subject };
    comparison.compare_required(&pair.get("required"), subject, &pair, &name);
    if was_in_rust != in_rust {
        let verb = if in_rust {
            "is part of"
        } else {
            "is omitted from"
        };
        let what = format!("{name} {verb} the typed client");
        comparison.record(Kind::ParameterOmitted, subject, &pair, what);
    }
    for key in STYLE {
        if let Some(part) = pair.changed(key) {
            let what = format!("`{key}` of {name} changed");
            comparison.record(Kind::ParameterStyleChanged, subject, &part, what);
        }
    }
    let label = new.node.get("name").text();
    comparison.schemas.add(pair.get("schema"), subject, label);
    let compared: &[&str] = &["name", "in", "required", "schema", "x-typed-client"];
    comparison.compare_rest(&pair, subject, &name, &[STYLE, compared]);
}
