// What Swift cannot import from hdf5.h: macros that call H5open() or cast.
#include <hdf5.h>
static inline hid_t ch5_native_double(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t ch5_p_dataset_create(void) { return H5P_DATASET_CREATE; }
static inline unsigned ch5_acc_rdonly(void) { return H5F_ACC_RDONLY; }
static inline hsize_t ch5_s_unlimited(void) { return H5S_UNLIMITED; }
static inline haddr_t ch5_haddr_undef(void) { return HADDR_UNDEF; }
static inline void ch5_silence(void) { H5Eset_auto2(H5E_DEFAULT, NULL, NULL); }
