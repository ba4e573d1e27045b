/*
** al_descriptor.h - descriptors that are not those of the standard streams.
**
** A host may have closed its standard streams. A file that got the number of
** one would get what somebody prints, or be read by who asks for input. SQLite
** sees to its own files, by opening /dev/null in the streams' places.
*/
#ifndef AL_DESCRIPTOR_H
#define AL_DESCRIPTOR_H

/* The same file by a descriptor above those of the streams. -1, with errno, when
** 'fd' is -1 or there is none free; then 'fd' is closed. */
int al_descriptor_lift (int fd);

#endif
