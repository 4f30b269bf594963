import { Ml4tError } from '../../core/index.ts';
import { nodeFault } from './node-version.ts';

// Runs before anything else of the package is evaluated; the build puts it there.
const fault = nodeFault(process.versions.node);
if (fault !== null) throw new Ml4tError('NODE_TOO_OLD', fault);
