import type { OperatorCompiler } from '../compile/compiler.ts';
import { CASTS } from './casts.ts';
import { CHOOSE } from './choose.ts';
import { ELEMENTWISE } from './elementwise.ts';
import { GROUPS } from './groups.ts';
import { MATRICES } from './matrices.ts';
import { PREPARATION } from './preparation.ts';
import { REARRANGE, SHAPES } from './rearrange.ts';
import { TREES } from './trees.ts';

/** Every operator that can be compiled, by its key; see `operatorKey`. */
export const OPERATORS: ReadonlyMap<string, OperatorCompiler> = new Map(
  [CASTS, CHOOSE, ELEMENTWISE, GROUPS, MATRICES, PREPARATION, REARRANGE, SHAPES, TREES].flatMap((group) =>
    Object.entries(group),
  ),
);
