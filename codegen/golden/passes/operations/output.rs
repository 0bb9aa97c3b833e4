///Every operation of the API.
pub mod operations {
    use crate::{Method, Operation};
    ///`countThings`: Count the things.
    pub static COUNT_THINGS: Operation = Operation {
        id: "countThings",
        method: Method::GET,
        base_path: "/api",
        path: "/things",
        idempotent: true,
        summary: "Count the things.",
        roles: &[],
    };
    ///`sortThings`: Sort the things.
    pub static SORT_THINGS: Operation = Operation {
        id: "sortThings",
        method: Method::POST,
        base_path: "/api",
        path: "/things",
        idempotent: false,
        summary: "Sort the things.",
        roles: &["Owner"],
    };
    ///All of them, in the order of the description.
    pub static ALL: &[&Operation] = &[&COUNT_THINGS, &SORT_THINGS];
}
