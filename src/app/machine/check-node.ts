import { Ml4tError, nodeFault } from '../../core/index.ts';

// Runs before anything else of the package is evaluated; the build puts it there.
const fault = nodeFault(process.versions.node);
if (fault !== null) throw new Ml4tError('NODE_TOO_OLD', fault);
