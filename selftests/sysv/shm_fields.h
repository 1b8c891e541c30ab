/* SPDX-License-Identifier: GPL-2.0 */
/* The structures of shmctl(), field by field. */
#ifndef SHM_FIELDS_H
#define SHM_FIELDS_H

#include <sys/shm.h>

/* Writes all fields into the answer, of the segment that has this id. */
void shm_fields_of_segment(const struct shmid_ds *ds, int id);
void shm_fields_of_limits(const struct shminfo *limits);
void shm_fields_of_use(const struct shm_info *use);

#endif /* SHM_FIELDS_H */
