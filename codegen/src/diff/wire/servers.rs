//! Where requests are sent.

use super::Wire;
use super::documentation;
use super::node::{Node, Pair};
use super::rules::Judgement;
use crate::diff::Verdict::{Breaking, Compatible};

const REMOVED: Judgement = (Breaking, "requests to it are not described any more");
const ADDED: Judgement = (Compatible, "requests are sent where they were before");
const MOVED: Judgement = (Breaking, "requests go there when nothing else is said");

/// Compares the servers. Requests go to the first one when nothing else is said.
pub(super) fn compare(wire: &mut Wire<'_>, pair: &Pair<'_>) {
    let pair = pair.get("servers");
    let (old, new) = (pair.old.items(), pair.new.items());
    for server in &old {
        match find(&new, server) {
            None => wire.removed(
                server,
                REMOVED,
                format!("the server {} was removed", url(server)),
            ),
            Some(same) => {
                let pair = Pair {
                    old: server.clone(),
                    new: same.clone(),
                };
                let subject = format!("the server {}", url(server));
                documentation::compare(wire, &pair, &subject, &["url"]);
            }
        }
    }
    for server in new.iter().filter(|server| find(&old, server).is_none()) {
        wire.added(
            server,
            ADDED,
            format!("the server {} was added", url(server)),
        );
    }
    if let (Some(old), Some(new)) = (old.first(), new.first())
        && url(old) != url(new)
    {
        let pair = Pair {
            old: old.clone(),
            new: new.clone(),
        };
        let what = format!("the first server was {} and is {}", url(old), url(new));
        wire.changed(&pair, MOVED, what);
    }
}

fn url<'a>(server: &Node<'a>) -> &'a str {
    server.get("url").text()
}

fn find<'n, 'a>(servers: &'n [Node<'a>], wanted: &Node<'_>) -> Option<&'n Node<'a>> {
    servers.iter().find(|server| url(server) == url(wanted))
}
