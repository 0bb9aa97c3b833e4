//! The file that keeps projects and resources across restarts.
//!
//! It is a redb database: written in Rust without dependencies, with transactions that survive a crash, and
//! one file with a lock. `SQLite` would require a C compiler, and its queries have no use here: a project is
//! one value.
//!
//! One table has a row for each project, and a row with the settings of the whole under an empty key. Both
//! are JSON. A transaction is durable when it is committed. After a failed one it is unknown whether it was,
//! and redb refuses to go on, so the file is opened again and read.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Duration;
use std::{fmt, io};

use redb::{
    Builder, CommitError, Database, DatabaseError, ReadableDatabase as _, ReadableTable as _,
    StorageError, TableDefinition, TableError, TableHandle as _, TransactionError,
};
use serde::{Deserialize, Serialize};

use crate::clock::Clock;
use crate::state::{Project, Saved, Storage};

const TABLE: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("atlas-pe-sandbox");

/// The key of the settings, which no project has.
const SETTINGS: &str = "";

/// The version of the rows. A file with another version is refused.
const FORMAT: u32 = 1;

/// The cache of the database, whose default of 1 GiB is far more than the data.
const CACHE_BYTES: usize = 1 << 20;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Settings {
    format: u32,
    /// The number of ids that were assigned.
    ids: u64,
    /// How far the clock was advanced.
    skipped: Duration,
}

/// Why the file cannot be used.
#[derive(Debug)]
pub(crate) enum StoreError {
    InUse,
    /// The file is that of another program, or damaged.
    Foreign(String),
    Format(u32),
    Database(redb::Error),
}

/// The open file.
pub(crate) struct Store {
    open: Box<dyn Fn() -> Result<Database, DatabaseError> + Send>,
    /// `None` after a failure.
    database: Option<Database>,
    clock: Clock,
}

impl Store {
    /// Opens the file or creates it. The clock is advanced by as much as it was when the file was written.
    pub(crate) fn open(path: &Path, clock: Clock) -> Result<(Self, Saved), StoreError> {
        let path = path.to_owned();
        let open = move || Builder::new().set_cache_size(CACHE_BYTES).create(&path);
        Self::with(Box::new(open), clock)
    }

    fn with(
        open: Box<dyn Fn() -> Result<Database, DatabaseError> + Send>,
        clock: Clock,
    ) -> Result<(Self, Saved), StoreError> {
        let mut store = Self {
            open,
            database: None,
            clock,
        };
        let saved = store.read()?;
        Ok((store, saved))
    }

    /// Reads the file. A new one is empty.
    fn read(&mut self) -> Result<Saved, StoreError> {
        // Redb panics at some damaged files, such as one that was cut off.
        let read = catch_unwind(AssertUnwindSafe(|| self.read_rows()));
        read.unwrap_or_else(|_| Err(StoreError::Foreign("its structure is invalid".to_owned())))
    }

    fn read_rows(&mut self) -> Result<Saved, StoreError> {
        let transaction = self.database()?.begin_read()?;
        let mut tables = transaction.list_tables()?.peekable();
        if tables.peek().is_none() {
            return Ok(Saved::default());
        }
        if tables.all(|it| it.name() != TABLE.name()) {
            return Err(StoreError::Foreign("it has other tables".to_owned()));
        }
        let table = transaction.open_table(TABLE)?;
        let settings = table.get(SETTINGS)?;
        let settings = settings.ok_or(StoreError::Foreign("it has no settings".to_owned()))?;
        let settings: Settings = parse(settings.value())?;
        if settings.format != FORMAT {
            return Err(StoreError::Format(settings.format));
        }
        self.clock.advance_to(settings.skipped);
        let mut saved = Saved {
            projects: Vec::new(),
            ids: settings.ids,
        };
        for row in table.iter()? {
            let (key, value) = row?;
            if key.value() != SETTINGS {
                saved.projects.push(parse(value.value())?);
            }
        }
        Ok(saved)
    }

    fn commit(
        &mut self,
        projects: &[&Project],
        ids: u64,
        replaces: bool,
    ) -> Result<(), StoreError> {
        let settings = Settings {
            format: FORMAT,
            ids,
            skipped: self.clock.skipped(),
        };
        let write = |database: &Database| -> Result<(), StoreError> {
            let transaction = database.begin_write()?;
            {
                let mut table = transaction.open_table(TABLE)?;
                if replaces {
                    table.retain(|_, _| false)?;
                }
                table.insert(SETTINGS, json(&settings)?.as_slice())?;
                for project in projects {
                    table.insert(project.key().as_str(), json(*project)?.as_slice())?;
                }
            }
            Ok(transaction.commit()?)
        };
        let written = write(self.database()?);
        if written.is_err() {
            self.database = None;
        }
        written
    }

    fn database(&mut self) -> Result<&Database, StoreError> {
        let database = match self.database.take() {
            Some(database) => database,
            None => (self.open)()?,
        };
        Ok(self.database.insert(database))
    }
}

impl Storage for Store {
    fn load(&mut self) -> Result<Saved, String> {
        self.read().map_err(|error| error.to_string())
    }

    fn save(&mut self, projects: &[&Project], ids: u64, replaces: bool) -> Result<(), String> {
        let saved = self.commit(projects, ids, replaces);
        saved.map_err(|error| error.to_string())
    }
}

fn parse<'a, T: Deserialize<'a>>(json: &'a [u8]) -> Result<T, StoreError> {
    serde_json::from_slice(json).map_err(|error| StoreError::Foreign(error.to_string()))
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(value)
        .map_err(|error| StoreError::Database(redb::Error::Io(io::Error::other(error))))
}

impl From<DatabaseError> for StoreError {
    fn from(error: DatabaseError) -> Self {
        match error {
            DatabaseError::DatabaseAlreadyOpen => Self::InUse,
            DatabaseError::UpgradeRequired(version) => Self::Foreign(format!(
                "it has version {version} of the file format of redb"
            )),
            DatabaseError::Storage(error) => error.into(),
            other => Self::Database(other.into()),
        }
    }
}

impl From<StorageError> for StoreError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Corrupted(reason) => Self::Foreign(reason),
            StorageError::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
                Self::Foreign(error.to_string())
            }
            other => Self::Database(other.into()),
        }
    }
}

impl From<TransactionError> for StoreError {
    fn from(error: TransactionError) -> Self {
        Self::Database(error.into())
    }
}

impl From<TableError> for StoreError {
    fn from(error: TableError) -> Self {
        match error {
            TableError::Storage(error) => error.into(),
            other => Self::Foreign(other.to_string()),
        }
    }
}

impl From<CommitError> for StoreError {
    fn from(error: CommitError) -> Self {
        Self::Database(error.into())
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InUse => {
                f.write_str("another process uses it; stop that one or name another file")
            }
            Self::Foreign(reason) => write!(
                f,
                "it is not a file of the sandbox or is damaged ({reason}); name another file"
            ),
            Self::Format(found) => write!(
                f,
                "expected version {FORMAT} of its format but found {found}; name another file"
            ),
            Self::Database(error) => error.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests;
