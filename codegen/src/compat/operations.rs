//! Compares operations: their servers, paths, roles, authentication and parameters.

use heck::ToSnakeCase;
use serde_json::Value;

use super::comparison::{Comparison, SchemaPair, Subject};
use super::node::{Node, Pair, matching};
use super::table::Kind;
use crate::document::{
    METHODS, ROLES, TYPED_CLIENT, array, is_omitted, object, template_names, texts,
};

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
struct Operation<'a> {
    method: &'a str,
    path: &'a str,
    path_item: Node<'a>,
    node: Node<'a>,
}

impl Operation<'_> {
    fn id(&self) -> &str {
        self.node.text("operationId")
    }

    fn route(&self) -> String {
        format!("{} {}", self.method.to_ascii_uppercase(), self.path)
    }

    /// Returns the operation ID, or else method and path.
    fn name(&self) -> String {
        match self.id() {
            "" => self.route(),
            id => id.to_owned(),
        }
    }

    /// Returns the subject with the method in the generated crate.
    fn subject(&self) -> Subject {
        Subject::new(Some(format!("Client::{}", self.name().to_snake_case())))
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

fn operations<'a>(root: &Node<'a>) -> Vec<Operation<'a>> {
    let operations = root.document.operations().into_iter();
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

/// Returns the parameters of an operation, with those of its path that it does not override. The key of each is where
/// it is sent, and as what: its name or its position in the path.
fn parameters<'a>(operation: &Operation<'a>) -> Vec<((&'a str, String), Node<'a>)> {
    let names = template_names(operation.path);
    let mut found: Vec<((&'a str, String), Node<'a>)> = Vec::new();
    for holder in [&operation.node, &operation.path_item] {
        for reference in holder.get("parameters").items() {
            let node = reference.resolve();
            let (place, name) = (node.text("in"), node.text("name"));
            let position = names.iter().position(|known| *known == name);
            let key = match (place, position) {
                ("path", Some(position)) => position.to_string(),
                ("header", _) => name.to_ascii_lowercase(),
                _ => name.to_owned(),
            };
            let key = (place, key);
            if !found.iter().any(|(known, _)| *known == key) {
                found.push((key, reference));
            }
        }
    }
    found
}

/// Returns each way to authenticate requests: a set of schemes. An empty one accepts requests without authentication,
/// as does an empty list.
fn alternatives(security: &Node<'_>) -> Vec<String> {
    const NONE: &str = "no authentication";
    let schemes = |alternative: &Value| {
        let schemes = object(alternative).map(|(scheme, scopes)| match scopes {
            Value::Array(scopes) if !scopes.is_empty() => format!("{scheme} {scopes:?}"),
            _ => scheme.clone(),
        });
        let schemes = schemes.collect::<Vec<_>>().join(" and ");
        if schemes.is_empty() {
            NONE.to_owned()
        } else {
            schemes
        }
    };
    let mut found: Vec<String> = array(security.value).map(schemes).collect();
    if found.is_empty() {
        found.push(NONE.to_owned());
    }
    found
}

impl<'a> Comparison<'a> {
    /// Compares everything about requests and responses but their schemas, which are left in the queue.
    pub(super) fn compare_operations(&mut self, root: &Pair<'a>) {
        self.compare_servers(&root.get("servers"));
        self.compare_security_schemes(&root.get("components").get("securitySchemes"));
        let (mut old, mut new) = (operations(&root.old), operations(&root.new));
        let mut pairs = take_pairs(&mut old, &mut new, Operation::has_route_of);
        pairs.extend(take_pairs(&mut old, &mut new, |old, new| {
            !old.id().is_empty() && old.id() == new.id()
        }));
        let removed = old
            .iter()
            .map(|it| (it, Pair::new(&it.node, &Node::default())));
        let added = new
            .iter()
            .map(|it| (it, Pair::new(&Node::default(), &it.node)));
        for (it, pair) in removed.chain(added) {
            let name = format!("the operation `{}` ({})", it.name(), it.route());
            let kinds = (Kind::OPERATION_REMOVED, (Kind::OPERATION_ADDED, "added"));
            self.compare_presence(kinds, &it.subject(), &pair, &name);
        }
        for (old, new) in &pairs {
            self.compare_operation(old, new);
        }
    }

    fn compare_operation(&mut self, old: &Operation<'a>, new: &Operation<'a>) {
        let (name, subject) = (new.name(), new.subject());
        let pair = Pair::new(&old.node, &new.node);
        let path_item = Pair::new(&old.path_item, &new.path_item);
        if !old.has_route_of(new) {
            let what = format!("`{name}` was {} and is {}", old.route(), new.route());
            self.record(Kind::OPERATION_MOVED, &subject, &pair, what);
        } else if old.path != new.path {
            let what = format!("the path {} is written {}", old.path, new.path);
            self.record(Kind::PATH_PARAMETER_RENAMED, &subject, &path_item, what);
        }
        if old.subject().item != subject.item {
            let what = format!("the operation `{}` was renamed to `{name}`", old.name());
            self.record(Kind::OPERATION_RENAMED, &old.subject(), &pair, what);
        }
        for (_, old, new) in matching(&parameters(old), &parameters(new)) {
            self.compare_parameter(&subject, &Pair { old, new }, &name);
        }
        self.compare_request_body(&subject, &pair.get("requestBody"), &name);
        self.compare_responses(&subject, &pair.get("responses"), &name);
        self.compare_roles(&subject, &pair.get(ROLES), &name);
        self.compare_security(&pair, &name);
        let parts: &[&str] = &["operationId", "parameters", "requestBody", "responses"];
        let compared = [parts, &["security", ROLES]];
        self.compare_rest(&subject, &pair, &format!("`{name}`"), &compared);
        let name = format!("the path {}", new.path);
        let compared = [METHODS, &["parameters"]];
        self.compare_rest(&Subject::on_wire(), &path_item, &name, &compared);
    }

    fn compare_parameter(&mut self, subject: &Subject, reference: &Pair<'a>, operation: &str) {
        let pair = reference.resolve();
        let latest = pair.latest();
        let label = latest.text("name");
        let name = format!("the {} parameter `{label}`", latest.text("in"));
        let is_typed = |node: &Node<'_>| node.exists() && !is_omitted(node.value);
        let (was_typed, typed) = (is_typed(&pair.old), is_typed(&pair.new));
        let subject = subject.clone().in_request().in_rust_if(was_typed || typed);
        let of_operation = format!("{name} of `{operation}`");
        if !self.compare_argument(&subject, reference, &of_operation) {
            return;
        }
        self.compare_required(pair.are("required"), &subject, &pair, &name);
        if was_typed != typed {
            let verb = if typed {
                "is part of"
            } else {
                "is omitted from"
            };
            let what = format!("{name} {verb} the typed client");
            self.record(Kind::PARAMETER_OMITTED, &subject, &pair, what);
        }
        self.compare_keywords(Kind::PARAMETER_STYLE_CHANGED, &subject, &pair, &name, STYLE);
        let schema = pair.get("schema");
        self.add(SchemaPair::new(schema, &subject, label.to_owned()));
        let compared: &[&str] = &["name", "in", "required", "schema", TYPED_CLIENT];
        self.compare_rest(&subject, &pair, &name, &[STYLE, compared]);
    }

    /// Compares the servers. By default, requests go to the first one.
    fn compare_servers(&mut self, servers: &Pair<'a>) {
        let by_url = |list: &Node<'a>| -> Vec<_> {
            let servers = list.items().into_iter();
            servers.map(|it| (it.text("url"), it)).collect()
        };
        let (mut old, mut new) = (by_url(&servers.old), by_url(&servers.new));
        if let (Some((was, old_server)), Some((is, new_server))) =
            (old.first().cloned(), new.first().cloned())
            && was != is
        {
            let what = format!("the default server was {was} and is {is}");
            let subject = Subject::new(Some("DEFAULT_ORIGIN".to_owned()));
            let pair = Pair::new(&old_server, &new_server);
            self.record(Kind::FIRST_SERVER_CHANGED, &subject, &pair, what);
            old.retain(|(url, _)| *url != was && *url != is);
            new.retain(|(url, _)| *url != was && *url != is);
        }
        for (url, old, new) in matching(&old, &new) {
            let (subject, name) = (Subject::on_wire(), format!("the server {url}"));
            let kinds = (Kind::SERVER_REMOVED, (Kind::SERVER_ADDED, "added"));
            let pair = Pair { old, new };
            if self.compare_presence(kinds, &subject, &pair, &name) {
                self.compare_rest(&subject, &pair, &name, &[&["url"]]);
            }
        }
    }

    /// Compares the roles of which a caller needs one.
    fn compare_roles(&mut self, subject: &Subject, roles: &Pair<'_>, operation: &str) {
        let (old, new) = (texts(roles.old.value), texts(roles.new.value));
        let (kind, verb) = match (&old[..], &new[..]) {
            ([], [_, ..]) => {
                let verb = format!("requires a role: {}", new.join(" or "));
                (Kind::ROLES_REQUIRED, verb)
            }
            ([_, ..], []) => (Kind::ROLE_ADDED, "no longer requires a role".to_owned()),
            _ => {
                let kinds = (Kind::ROLE_REMOVED, Kind::ROLE_ADDED);
                return self.compare_lists(kinds, subject, roles, (old, new), |role, added| {
                    let verb = if added { "allows" } else { "no longer allows" };
                    format!("the role {role} {verb} `{operation}`")
                });
            }
        };
        self.record(kind, subject, roles, format!("`{operation}` {verb}"));
    }

    /// Compares how requests of an operation may be authenticated.
    fn compare_security(&mut self, operation: &Pair<'a>, name: &str) {
        let own = operation.get("security");
        let security = |own: &Node<'a>| {
            let default = Node::root(own.document.0).get("security");
            if own.exists() { own.clone() } else { default }
        };
        let pair = Pair::new(&security(&own.old), &security(&own.new));
        let requests = match own.exist() {
            (false, false) => "requests".to_owned(),
            _ => format!("requests of `{name}`"),
        };
        let lists = (alternatives(&pair.old), alternatives(&pair.new));
        let kinds = (Kind::SECURITY_REMOVED, Kind::SECURITY_ADDED);
        self.compare_lists(
            kinds,
            &Subject::on_wire(),
            &pair,
            lists,
            |schemes, added| {
                let verb = if added { "are" } else { "are no longer" };
                format!("{requests} with {schemes} {verb} accepted")
            },
        );
    }

    fn compare_security_schemes(&mut self, schemes: &Pair<'a>) {
        let subject = Subject::on_wire();
        for (name, scheme) in schemes.entries() {
            let name = format!("the security scheme {name}");
            let kinds = (Kind::SECURITY_REMOVED, (Kind::SECURITY_ADDED, "added"));
            if self.compare_presence(kinds, &subject, &scheme, &name) {
                self.compare_keywords(Kind::SECURITY_REMOVED, &subject, &scheme, &name, SCHEME);
                self.compare_keywords(Kind::TEXT, &subject, &scheme, &name, &["bearerFormat"]);
                self.compare_rest(&subject, &scheme, &name, &[SCHEME, &["bearerFormat"]]);
            }
        }
    }
}
