/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ledger_fault_vfs.c -- SQLite's files on a disk that fails when a test wants
 * it to: a layer above SQLite's own VFS that asks durable_fault() first.
 */
#include "ledger_sql.h"

#ifndef ZONEGATE_FAULT_POINTS

const char *
ledger_vfs(void)
{
	return NULL;
}

#else

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "durable.h"

#define NAME "zonegate-fault"

static sqlite3_vfs *beneath;
static int last_error; /* 0: ask the one beneath */

/* A file, with the one beneath it in the same allocation. */
struct faulty {
	sqlite3_file base;
	sqlite3_file *real;
	int error; /* the last one of ours; 0: ask the one beneath */
};

static sqlite3_file *
real_of(sqlite3_file *file)
{
	return ((struct faulty *)file)->real;
}

/* Asks whether CALL shall fail; SQLITE_OK, or a status: OTHERWISE unless the
 * disk is full. */
static int
ask(enum durable_call call, int otherwise)
{
	last_error = durable_fault(call);
	if (last_error == 0) {
		return SQLITE_OK;
	}
	return last_error == ENOSPC ? SQLITE_FULL : otherwise;
}

/* ---- files ---- */

static int
ask_file(sqlite3_file *file, enum durable_call call, int otherwise)
{
	int rc = ask(call, otherwise);

	((struct faulty *)file)->error = last_error;
	return rc;
}

static int
faulty_close(sqlite3_file *file)
{
	return real_of(file)->pMethods->xClose(real_of(file));
}

static int
faulty_read(sqlite3_file *file, void *to, int size, sqlite3_int64 at)
{
	return real_of(file)->pMethods->xRead(real_of(file), to, size, at);
}

static int
faulty_write(sqlite3_file *file, const void *from, int size, sqlite3_int64 at)
{
	int rc = ask_file(file, DURABLE_WRITE, SQLITE_IOERR_WRITE);

	if (rc != SQLITE_OK) {
		return rc;
	}
	int whole = (int)durable_torn((size_t)size);

	rc = real_of(file)->pMethods->xWrite(real_of(file), from, whole, at);
	if (whole < size) {
		kill(getpid(), SIGKILL);
		abort();
	}
	return rc;
}

static int
faulty_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	int rc = ask_file(file, DURABLE_WRITE, SQLITE_IOERR_TRUNCATE);

	return rc != SQLITE_OK
	           ? rc
	           : real_of(file)->pMethods->xTruncate(real_of(file), size);
}

static int
faulty_sync(sqlite3_file *file, int flags)
{
	int rc = ask_file(file, DURABLE_SYNC, SQLITE_IOERR_FSYNC);

	return rc != SQLITE_OK
	           ? rc
	           : real_of(file)->pMethods->xSync(real_of(file), flags);
}

static int
faulty_size(sqlite3_file *file, sqlite3_int64 *size)
{
	return real_of(file)->pMethods->xFileSize(real_of(file), size);
}

static int
faulty_lock(sqlite3_file *file, int lock)
{
	return real_of(file)->pMethods->xLock(real_of(file), lock);
}

static int
faulty_unlock(sqlite3_file *file, int lock)
{
	return real_of(file)->pMethods->xUnlock(real_of(file), lock);
}

static int
faulty_check_reserved(sqlite3_file *file, int *is_locked)
{
	return real_of(file)->pMethods->xCheckReservedLock(real_of(file),
	    is_locked);
}

static int
faulty_control(sqlite3_file *file, int operation, void *argument)
{
	const struct faulty *faulty = (const struct faulty *)file;

	if (operation == SQLITE_FCNTL_LAST_ERRNO && faulty->error != 0) {
		memcpy(argument, &faulty->error, sizeof(faulty->error));
		return SQLITE_OK;
	}
	return real_of(file)->pMethods->xFileControl(real_of(file), operation,
	    argument);
}

static int
faulty_sector_size(sqlite3_file *file)
{
	return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int
faulty_traits(sqlite3_file *file)
{
	return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int
faulty_shm_map(sqlite3_file *file, int page, int size, int extend,
    void volatile **at)
{
	return real_of(file)->pMethods->xShmMap(real_of(file), page, size,
	    extend, at);
}

static int
faulty_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
	return real_of(file)->pMethods->xShmLock(real_of(file), offset, n,
	    flags);
}

static void
faulty_shm_barrier(sqlite3_file *file)
{
	real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int
faulty_shm_unmap(sqlite3_file *file, int remove)
{
	return real_of(file)->pMethods->xShmUnmap(real_of(file), remove);
}

/* Version 2: no memory maps of the database, which no test could make fail. */
static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = faulty_close,
    .xRead = faulty_read,
    .xWrite = faulty_write,
    .xTruncate = faulty_truncate,
    .xSync = faulty_sync,
    .xFileSize = faulty_size,
    .xLock = faulty_lock,
    .xUnlock = faulty_unlock,
    .xCheckReservedLock = faulty_check_reserved,
    .xFileControl = faulty_control,
    .xSectorSize = faulty_sector_size,
    .xDeviceCharacteristics = faulty_traits,
    .xShmMap = faulty_shm_map,
    .xShmLock = faulty_shm_lock,
    .xShmBarrier = faulty_shm_barrier,
    .xShmUnmap = faulty_shm_unmap,
};

/* ---- the file system ---- */

static int
vfs_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags,
    int *out_flags)
{
	struct faulty *faulty = (struct faulty *)file;
	int rc = ask(DURABLE_OPEN, SQLITE_CANTOPEN);

	(void)vfs;
	memset(faulty, 0, sizeof(*faulty));
	if (rc != SQLITE_OK) {
		return rc;
	}
	faulty->real = (sqlite3_file *)(faulty + 1);
	rc = beneath->xOpen(beneath, name, faulty->real, flags, out_flags);
	if (faulty->real->pMethods != NULL) {
		faulty->base.pMethods = &methods;
	}
	return rc;
}

static int
vfs_delete(sqlite3_vfs *vfs, const char *name, int sync_directory)
{
	int rc = ask(DURABLE_UNLINK, SQLITE_IOERR_DELETE);

	(void)vfs;
	return rc != SQLITE_OK
	           ? rc
	           : beneath->xDelete(beneath, name, sync_directory);
}

static int
vfs_last_error(sqlite3_vfs *vfs, int size, char *words)
{
	(void)vfs;
	return last_error != 0 ? last_error
	                       : beneath->xGetLastError(beneath, size, words);
}

const char *
ledger_vfs(void)
{
	static sqlite3_vfs vfs;

	if (beneath != NULL) {
		return NAME;
	}
	beneath = sqlite3_vfs_find(NULL);
	if (beneath == NULL) {
		return NULL;
	}
	/* What is not ours goes to the one beneath, which finds its state in
	 * pAppData. */
	vfs = *beneath;
	vfs.zName = NAME;
	vfs.pNext = NULL;
	vfs.szOsFile = (int)sizeof(struct faulty) + beneath->szOsFile;
	vfs.xOpen = vfs_open;
	vfs.xDelete = vfs_delete;
	vfs.xGetLastError = vfs_last_error;
	return sqlite3_vfs_register(&vfs, 0) == SQLITE_OK ? NAME : NULL;
}

#endif
