use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use redb::StorageBackend;
use redb::backends::InMemoryBackend;

use super::*;
use crate::error::Code;
use crate::seed::{ProjectSeed, Seed};
use crate::state::{ConnectionSnapshot, Ids, State, Target};

const PROJECT: &str = "5a4db0c55a4db0c55a4db0c5";

/// The number of writes until a failure that does not come.
const NEVER: i64 = i64::MAX;

/// A disk whose writes fail.
#[derive(Clone, Debug)]
struct Disk {
    memory: Arc<InMemoryBackend>,
    /// The number of writes until the first failure, and below zero after it.
    until_failure: Arc<AtomicI64>,
    /// The number of writes that fail then.
    failures: i64,
}

impl Disk {
    fn new(failures: i64) -> Self {
        Self {
            memory: Arc::default(),
            until_failure: Arc::new(NEVER.into()),
            failures,
        }
    }

    fn fail_after(&self, writes: i64) {
        self.until_failure.store(writes, Ordering::Relaxed);
    }

    fn check(&self) -> io::Result<()> {
        let left = self.until_failure.fetch_sub(1, Ordering::Relaxed);
        if left <= 0 && left > -self.failures {
            return Err(io::ErrorKind::StorageFull.into());
        }
        Ok(())
    }

    fn open(&self, clock: &Clock) -> (Store, Saved) {
        let disk = self.clone();
        let open = move || Builder::new().create_with_backend(disk.clone());
        Store::with(Box::new(open), clock.clone()).expect("the disk can be read")
    }
}

impl StorageBackend for Disk {
    fn len(&self) -> io::Result<u64> {
        self.memory.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.memory.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.check()?;
        self.memory.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.check()?;
        self.memory.sync_data()
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.check()?;
        self.memory.write(offset, data)
    }
}

fn seed() -> Seed {
    Seed {
        projects: vec![ProjectSeed {
            id: PROJECT.to_owned(),
            ..ProjectSeed::default()
        }],
        ..Seed::default()
    }
}

fn start(disk: &Disk, clock: &Clock) -> State {
    let (store, saved) = disk.open(clock);
    let mut ids = Ids::fixed(1);
    ids.skip(saved.ids);
    let now = clock.moment();
    let mut state = State::new(&seed(), ids, now);
    let stored = state.store(Box::new(store), saved, now);
    stored.expect("the disk can be written");
    state
}

fn target(clock: &Clock) -> Target<'static> {
    Target {
        project: PROJECT,
        connection: "",
        interface_endpoint: "",
        now: clock.moment(),
    }
}

fn list(state: &mut State, clock: &Clock) -> Vec<ConnectionSnapshot> {
    let listed = state.list_connections(target(clock));
    listed.expect("the project exists")
}

/// Creates a connection while the writes to the disk fail, at each point where they can.
#[test]
fn failed_write_leaves_memory_and_file_equal() {
    let mut outcomes = Vec::new();
    for failures in [1, 3, NEVER] {
        for writes in 0.. {
            let (disk, clock) = (Disk::new(failures), Clock::manual());
            let mut state = start(&disk, &clock);
            let first = state.create_connection(target(&clock), "us-east-1");
            first.expect("the disk can be written");

            disk.fail_after(writes);
            let created = state.create_connection(target(&clock), "us-east-2");
            disk.fail_after(NEVER);
            let case = format!("{failures} failures after {writes} writes");
            let code = created.as_ref().map_err(|error| error.code);
            // Whether or not the failed write is in the file, the next one begins with what is.
            let third = state.create_connection(target(&clock), "us-west-1");
            let third = third.expect(&case);
            let in_memory = list(&mut state, &clock);
            assert_eq!(in_memory.last(), Some(&third), "{case}");
            let in_between = in_memory.iter().any(|it| it.region == "us-east-2");
            drop(state);
            assert_eq!(list(&mut start(&disk, &clock), &clock), in_memory, "{case}");
            match code {
                Ok(created) => {
                    assert!(in_memory.contains(created), "{case}");
                    outcomes.push((writes, failures));
                    break;
                }
                Err(code) => {
                    assert_eq!(code, Code::UnexpectedError, "{case}");
                    assert!(!in_between || in_memory.len() == 3, "{case}");
                }
            }
        }
    }
    // A write to the disk has several steps, each of which failed.
    assert!(outcomes.iter().all(|it| it.0 > 2), "{outcomes:?}");
}

#[test]
fn file_of_another_program_is_refused() {
    let (disk, clock) = (Disk::new(0), Clock::manual());
    let database = Builder::new().create_with_backend(disk.clone());
    let database = database.expect("the disk can be written");
    let transaction = database.begin_write().expect("it is the only one");
    let table = TableDefinition::<'_, u64, u64>::new("of another program");
    drop(transaction.open_table(table).expect("it is new"));
    transaction.commit().expect("the disk can be written");
    drop(database);
    let open = move || Builder::new().create_with_backend(disk.clone());
    let refused = Store::with(Box::new(open), clock).err();
    let message = refused.map(|it| it.to_string());
    assert_eq!(
        message.as_deref(),
        Some(
            "it is not a file of the sandbox or is damaged (it has other tables); name another file"
        )
    );
}

#[test]
fn other_format_is_refused() {
    let (disk, clock) = (Disk::new(0), Clock::manual());
    drop(start(&disk, &clock));
    let (mut store, _) = disk.open(&clock);
    let transaction = store.database().map(Database::begin_write);
    let transaction = transaction.expect("the disk can be read");
    let transaction = transaction.expect("it is the only one");
    let mut table = transaction.open_table(TABLE).expect("it exists");
    let settings = br#"{"format": 2, "ids": 0, "skipped": {"secs": 0, "nanos": 0}, "new": 1}"#;
    let inserted = table.insert(SETTINGS, settings.as_slice());
    drop(inserted.expect("it can be inserted"));
    drop(table);
    transaction.commit().expect("the disk can be written");
    let refused = store.read().err().map(|it| it.to_string());
    assert_eq!(
        refused.as_deref(),
        Some("expected version 1 of its format but found 2; name another file")
    );
}
