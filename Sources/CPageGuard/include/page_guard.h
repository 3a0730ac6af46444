// Mapped files whose pages go away: the file was cut, or its disk fails.
//
// The kernel answers a read of such a page by SIGBUS. The handler here puts pages of zeroes in their
// place and notes it, so that whoever reads goes on with zeroes and asks afterwards.
#ifndef NIGHTJAR_PAGE_GUARD_H
#define NIGHTJAR_PAGE_GUARD_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Whether an open file lies on a file system of this machine: ext2 to ext4, XFS, Btrfs, tmpfs,
/// overlayfs.
int nj_is_local_file(int descriptor);

/// Guards the `length` bytes from the page boundary `start` on; the first call sets the handler.
///
/// Returns a number for the region, or -1: too many regions, or no handler could be set.
/// Faults elsewhere go to whoever handled SIGBUS before.
int nj_page_guard(void *start, size_t length);

/// Whether pages of the region were replaced by zeroes.
int nj_page_guard_is_broken(int region);

/// Ends the guard; before the region is unmapped.
void nj_page_guard_end(int region);

#ifdef __cplusplus
}
#endif

#endif
