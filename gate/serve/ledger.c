/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "durable.h"
#include "ledger_sql.h"

#define BUSY_MS 2000
/* The write-ahead log is cut back to this when it has been taken over. */
#define WAL_OCTETS "16777216"

/* ---- opening ---- */

/* Makes an empty file, so that its mode is ours and its name on disk. */
static int
make_file(const char *state, const char *path)
{
	int error = durable_fault(DURABLE_OPEN);
	int fd =
	    error == 0 ? open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0640) : -1;

	if (fd < 0) {
		return error != 0 ? error : errno;
	}
	close(fd);
	int directory = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	error = durable_fault(DURABLE_SYNC);
	if (directory < 0 || (error == 0 && fsync(directory) != 0)) {
		error = errno;
	}
	if (directory >= 0) {
		close(directory);
	}
	return error;
}

static void
refuse_errno(struct ledger *ledger, const char *path, int error)
{
	enum ledger_end end = LEDGER_FAILED;

	if (error == ENOSPC || error == EDQUOT) {
		end = LEDGER_FULL;
	} else if (error == EROFS || error == EACCES || error == EPERM) {
		end = LEDGER_READ_ONLY;
	}
	ledger_refuse(ledger, end, "%s: %s", path, strerror(error));
}

/* The file must be there, or is made. */
static void
look_for(struct ledger *ledger, const char *state, const char *path,
    bool create)
{
	struct stat status;

	if (stat(path, &status) == 0) {
		return;
	}
	if (errno != ENOENT) {
		refuse_errno(ledger, path, errno);
	} else if (!create) {
		ledger_refuse(ledger, LEDGER_NOT_FOUND,
		    "%s: there is no ledger", path);
	} else {
		int error = make_file(state, path);

		if (error != 0) {
			refuse_errno(ledger, path, error);
		}
	}
}

static void
connect(struct ledger *ledger, const char *path, int flags)
{
	if (ledger->end != LEDGER_OK) {
		return;
	}
	int rc = sqlite3_open_v2(path, &ledger->db,
	    flags | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE,
	    ledger_vfs());

	if (rc != SQLITE_OK) {
		ledger_fail(ledger, rc);
		return;
	}
	sqlite3_busy_timeout(ledger->db, BUSY_MS);
	sqlite3_db_config(ledger->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(ledger->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	ledger_exec(ledger,
	    "PRAGMA foreign_keys = ON; PRAGMA cell_size_check = ON;");
}

static void
quick_check(struct ledger *ledger)
{
	char *said = ledger_text(ledger, "PRAGMA quick_check(1)", NO_VALUES);

	if (ledger->end == LEDGER_OK &&
	    (said == NULL || strcmp(said, "ok") != 0)) {
		ledger_refuse(ledger, LEDGER_CORRUPT, "quick_check: %s",
		    said != NULL ? said : "no answer");
	}
	free(said);
}

static void
use_wal(struct ledger *ledger)
{
	char *mode =
	    ledger_text(ledger, "PRAGMA journal_mode = WAL", NO_VALUES);
	int keep = 1;

	if (ledger->end == LEDGER_OK &&
	    (mode == NULL || strcmp(mode, "wal") != 0)) {
		ledger_refuse(ledger, LEDGER_FAILED,
		    "the file system has no room for a write-ahead log");
	}
	free(mode);
	if (ledger->end != LEDGER_OK) {
		return;
	}
	/* The files stay after the last one left, so that those who may not
	 * write can read even then. */
	sqlite3_file_control(ledger->db, "main", SQLITE_FCNTL_PERSIST_WAL,
	    &keep);
	ledger_exec(ledger, "PRAGMA synchronous = FULL;"
	                    "PRAGMA journal_size_limit = " WAL_OCTETS ";");
}

/* Gives LEDGER out if it is well, else its words. */
static enum ledger_end
opened(struct ledger *open, struct ledger **ledger, char error[LEDGER_ERROR])
{
	enum ledger_end end = open->end;

	if (end == LEDGER_OK) {
		*ledger = open;
	} else {
		snprintf(error, LEDGER_ERROR, "%s", open->error);
		ledger_close(open);
	}
	return end;
}

/* A ledger that is not open yet, and its PATH; NULL with words in ERROR. */
static struct ledger *
prepare(const char *state, char **path, char error[LEDGER_ERROR])
{
	struct ledger *ledger = calloc(1, sizeof(*ledger));

	if (ledger == NULL || asprintf(path, "%s/ledger.sqlite", state) < 0) {
		snprintf(error, LEDGER_ERROR, "out of memory");
		free(ledger);
		return NULL;
	}
	return ledger;
}

enum ledger_end
ledger_open(const char *state, bool create, struct ledger **ledger,
    char error[LEDGER_ERROR])
{
	char *path;
	struct ledger *made = prepare(state, &path, error);

	if (made == NULL) {
		return LEDGER_FAILED;
	}
	look_for(made, state, path, create);
	connect(made, path, SQLITE_OPEN_READWRITE);
	if (made->end == LEDGER_OK &&
	    sqlite3_db_readonly(made->db, "main") == 1) {
		ledger_refuse(made, LEDGER_READ_ONLY, "%s: cannot be written",
		    path);
	}
	free(path);
	ledger_check_version(made, LEDGER_SCHEMA);
	use_wal(made);
	quick_check(made);
	ledger_migrate(made, ledger_schema, LEDGER_SCHEMA);
	ledger_check_tables(made);
	return opened(made, ledger, error);
}

enum ledger_end
ledger_open_to_read(const char *state, struct ledger **ledger,
    char error[LEDGER_ERROR])
{
	char *path;
	struct ledger *made = prepare(state, &path, error);

	if (made == NULL) {
		return LEDGER_FAILED;
	}
	look_for(made, state, path, false);
	connect(made, path, SQLITE_OPEN_READONLY);
	free(path);
	ledger_check_version(made, LEDGER_SCHEMA);
	if (made->end == LEDGER_OK && ledger_number(made, "PRAGMA user_version",
	                                  NO_VALUES, 0) < LEDGER_SCHEMA) {
		ledger_refuse(made, LEDGER_FAILED,
		    "the ledger is of an older version; `zonegate serve' "
		    "brings it up to date");
	}
	ledger_check_tables(made);
	return opened(made, ledger, error);
}

void
ledger_close(struct ledger *ledger)
{
	if (ledger == NULL) {
		return;
	}
	for (size_t i = 0; i < ledger->n_statements; i++) {
		sqlite3_finalize(ledger->statements[i].prepared);
	}
	sqlite3_close(ledger->db);
	free(ledger);
}

bool
ledger_is_there(struct ledger *ledger)
{
	int moved = 0;

	return sqlite3_file_control(ledger->db, "main", SQLITE_FCNTL_HAS_MOVED,
	           &moved) != SQLITE_OK ||
	       moved == 0;
}

const char *
ledger_error(const struct ledger *ledger)
{
	return ledger->error;
}

/* ---- failing ---- */

void
ledger_refuse(struct ledger *ledger, enum ledger_end end, const char *format,
    ...)
{
	va_list arguments;

	if (ledger->end != LEDGER_OK) {
		return;
	}
	ledger->end = end;
	va_start(arguments, format);
	vsnprintf(ledger->error, sizeof(ledger->error), format, arguments);
	va_end(arguments);
}

/* An I/O error's own reason, where the system named one. */
static enum ledger_end
end_of_errno(int error)
{
	switch (error) {
	case ENOSPC:
	case EDQUOT:
		return LEDGER_FULL;
	case EROFS:
	case EACCES:
	case EPERM:
		return LEDGER_READ_ONLY;
	default:
		return LEDGER_FAILED;
	}
}

/*
 * What the system said of the last I/O error.  SQLite's own answer leaves out
 * those of a COMMIT, where the write-ahead log is written.
 */
static int
last_errno(sqlite3 *db)
{
	sqlite3_file *wal = NULL;
	int error = 0;

	if (sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER,
	        &wal) == SQLITE_OK &&
	    wal != NULL && wal->pMethods != NULL) {
		wal->pMethods->xFileControl(wal, SQLITE_FCNTL_LAST_ERRNO,
		    &error);
	}
	return error != 0 ? error : sqlite3_system_errno(db);
}

void
ledger_fail(struct ledger *ledger, int rc)
{
	enum ledger_end end = LEDGER_FAILED;
	const char *words = ledger->db != NULL ? sqlite3_errmsg(ledger->db)
	                                       : sqlite3_errstr(rc);

	switch (rc & 0xff) {
	case SQLITE_FULL:
		end = LEDGER_FULL;
		break;
	case SQLITE_READONLY:
	case SQLITE_PERM:
		end = LEDGER_READ_ONLY;
		break;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		end = LEDGER_CORRUPT;
		break;
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
		end = ledger->db != NULL ? end_of_errno(last_errno(ledger->db))
		                         : LEDGER_FAILED;
		break;
	default:
		break;
	}
	ledger_refuse(ledger, end, "%s (SQLite %d)", words, rc);
}

/* ---- transactions ---- */

void
ledger_look(struct ledger *ledger)
{
	ledger->end = LEDGER_OK;
	ledger->changes = false;
	ledger->error[0] = '\0';
}

void
ledger_begin(struct ledger *ledger)
{
	ledger_look(ledger);
	ledger->changes = true;
	ledger_run(ledger, "BEGIN IMMEDIATE", NO_VALUES);
}

enum ledger_end
ledger_finish(struct ledger *ledger)
{
	if (!ledger->changes) {
		return ledger->end;
	}
	ledger_run(ledger, "COMMIT", NO_VALUES);
	if (sqlite3_get_autocommit(ledger->db) == 0) {
		sqlite3_exec(ledger->db, "ROLLBACK", NULL, NULL, NULL);
	}
	return ledger->end;
}
