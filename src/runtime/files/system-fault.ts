const CLAUSES: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'a part of the path is not a directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a directory, not a file',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'the name is too long',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  ENXIO: 'it is a socket or a device that is not there',
  ENODEV: 'it is a device that is not there',
  EIO: 'the device failed',
  EBUSY: 'it is in use',
  EAGAIN: 'nothing of it is there yet',
  ERR_INVALID_ARG_VALUE: 'it is no name of a file',
};

/** Why a file cannot be read, as the end of a sentence: the system's own text has the name of a call, and the path once more. */
export function systemFault(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return CLAUSES[code] ?? (/^E[A-Z]+$/.test(code) ? `the system says ${code}` : message);
}
