import { describe, expect, test } from 'vitest';
import { randomWalk } from '../../test/support/random-walk.ts';
