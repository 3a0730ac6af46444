// What Swift cannot import from hdf5.h: macros that call H5open() or cast.
#include <hdf5.h>
#include <hdf5_hl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static inline hid_t ch5_p_dataset_create(void) { return H5P_DATASET_CREATE; }
static inline hid_t ch5_p_group_create(void) { return H5P_GROUP_CREATE; }
static inline hid_t ch5_p_file_create(void) { return H5P_FILE_CREATE; }
static inline hid_t ch5_p_file_access(void) { return H5P_FILE_ACCESS; }
static inline hid_t ch5_p_link_create(void) { return H5P_LINK_CREATE; }
static inline unsigned ch5_acc_rdonly(void) { return H5F_ACC_RDONLY; }
static inline unsigned ch5_acc_trunc(void) { return H5F_ACC_TRUNC; }
static inline hsize_t ch5_s_unlimited(void) { return H5S_UNLIMITED; }
static inline haddr_t ch5_haddr_undef(void) { return HADDR_UNDEF; }
static inline size_t ch5_variable(void) { return H5T_VARIABLE; }
static inline hid_t ch5_c_s1(void) { return H5T_C_S1; }
static inline hid_t ch5_std_ref_obj(void) { return H5T_STD_REF_OBJ; }

/// Error stacks are per thread: silence at every entry.
static inline void ch5_silence(void) { H5Eset_auto2(H5E_DEFAULT, NULL, NULL); }

/// No plugins, no links into other files; once a process. Nothing is done at its end: files are closed by
/// who opened them, and 1.10.8 crashes there behind a file that a full disk did not take.
static inline int ch5_prepare(void) {
  H5dont_atexit();
  if (H5open() < 0) return -1;
  ch5_silence();
  H5PLset_loading_state(0);
  H5Lunregister(H5L_TYPE_EXTERNAL);
  ch5_silence();
  return H5Eclear2(H5E_DEFAULT);
}

/// Makes this process die of what may only sometimes be deadly: memory is filled when it is taken and
/// freed, and no signal is handled.
static inline void ch5_be_fragile(void) {
  const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; ++i) signal(signals[i], SIG_DFL);
  mallopt(M_PERTURB, 0xa5);
}

/// Frees what the library keeps, so that damage to the heap shows.
static inline void ch5_settle(void) {
  H5garbage_collect();
  malloc_trim(0);
}

typedef struct {
  char *text;
  size_t capacity;
  size_t used;
} ch5_text;

static inline herr_t ch5_collect(unsigned n, const H5E_error2_t *error, void *data) {
  ch5_text *into = (ch5_text *)data;
  (void)n;
  if (!error->desc || into->used + 3 >= into->capacity) return 0;
  int written = snprintf(
      into->text + into->used, into->capacity - into->used, "%s%s", into->used ? ": " : "",
      error->desc);
  if (written < 0) return 0;
  into->used += (size_t)written;
  if (into->used >= into->capacity) into->used = into->capacity - 1;
  return 0;
}

/// The error stack of this thread as one line, innermost cause first; clears it.
static inline void ch5_error_text(char *text, size_t capacity) {
  ch5_text into = {text, capacity, 0};
  text[0] = 0;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, ch5_collect, &into);
  H5Eclear2(H5E_DEFAULT);
}

/// Numbers in the order int8…int64, uint8…uint64, float32, float64, bool (as int8).
static inline hid_t ch5_native(int number) {
  switch (number) {
  case 0: return H5T_NATIVE_INT8;
  case 1: return H5T_NATIVE_INT16;
  case 2: return H5T_NATIVE_INT32;
  case 3: return H5T_NATIVE_INT64;
  case 4: return H5T_NATIVE_UINT8;
  case 5: return H5T_NATIVE_UINT16;
  case 6: return H5T_NATIVE_UINT32;
  case 7: return H5T_NATIVE_UINT64;
  case 8: return H5T_NATIVE_FLOAT;
  case 9: return H5T_NATIVE_DOUBLE;
  default: return H5T_NATIVE_INT8;
  }
}

/// The same numbers as they are stored, little- or big-endian.
static inline hid_t ch5_stored(int number, int big) {
  switch (number) {
  case 0: return big ? H5T_STD_I8BE : H5T_STD_I8LE;
  case 1: return big ? H5T_STD_I16BE : H5T_STD_I16LE;
  case 2: return big ? H5T_STD_I32BE : H5T_STD_I32LE;
  case 3: return big ? H5T_STD_I64BE : H5T_STD_I64LE;
  case 4: return big ? H5T_STD_U8BE : H5T_STD_U8LE;
  case 5: return big ? H5T_STD_U16BE : H5T_STD_U16LE;
  case 6: return big ? H5T_STD_U32BE : H5T_STD_U32LE;
  case 7: return big ? H5T_STD_U64BE : H5T_STD_U64LE;
  case 8: return big ? H5T_IEEE_F32BE : H5T_IEEE_F32LE;
  case 9: return big ? H5T_IEEE_F64BE : H5T_IEEE_F64LE;
  default: return H5T_STD_I8LE;
  }
}

/// 1 little-endian or 2 big-endian IEEE of 4 or 8 bytes, 0 any other.
static inline int ch5_ieee_order(hid_t type) {
  if (H5Tequal(type, H5T_IEEE_F32LE) > 0 || H5Tequal(type, H5T_IEEE_F64LE) > 0) return 1;
  if (H5Tequal(type, H5T_IEEE_F32BE) > 0 || H5Tequal(type, H5T_IEEE_F64BE) > 0) return 2;
  return 0;
}

/// h5py's bool: an enum of int8 with FALSE and TRUE; to be closed.
static inline hid_t ch5_bool_type(void) {
  hid_t type = H5Tenum_create(H5T_STD_I8LE);
  signed char no = 0, yes = 1;
  if (type < 0) return type;
  if (H5Tenum_insert(type, "FALSE", &no) < 0 || H5Tenum_insert(type, "TRUE", &yes) < 0) {
    H5Tclose(type);
    return -1;
  }
  return type;
}

static inline hid_t ch5_bits8(void) { return H5T_STD_B8LE; }

/* Takes space on the disk for a file; -1 with errno. Not posix_fallocate: where the file system
   cannot, that one writes every block. */
static inline int ch5_reserve(int file, long length) {
  return (int)syscall(SYS_fallocate, file, 0, 0L, length);
}
