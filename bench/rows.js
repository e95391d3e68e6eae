import { diffGrowthRow } from './rows/diff-growth.js';
import { dumpRow } from './rows/dump.js';
import { flagsRow, http2Row } from './rows/left-out.js';
import { lintGrowthRow } from './rows/lint-growth.js';
import { lintFiles, lintLarge, lintOpenapi, lintSmall } from './rows/lint.js';
import { growthRow, loadDiffPlanRow } from './rows/load-diff-plan.js';
import { adaptive, diffSmall, diffTenThousand, diffThousand, firstSync, memoryRow } from './rows/network.js';
import { OPENAPI_ROWS } from './rows/openapi-diff.js';
import { requestPattern } from './rows/request-pattern.js';
import { helpRow, partsRow, versionRow } from './rows/start-up.js';

/**
 * Every row, in the order of the table. A row has
 * - `name`: the argument of `npm run bench -- NAME`;
 * - `work`: a description; `runs`: the number of runs, of which the median counts;
 * - `measure({ runs, folder, plot })`: returns its lines. A line has `measure`, `value` and `unit`, and optionally a `floor` in
 *   the same unit and a goal: `most` is `{ times: n }` of the floor, or `{ value: n }` in the unit.
 * bench/README.md explains how its floor is computed.
 */
export const ROWS = [
  versionRow,
  helpRow,
  partsRow,
  lintSmall,
  lintLarge,
  lintFiles,
  lintOpenapi,
  lintGrowthRow,
  dumpRow,
  loadDiffPlanRow,
  growthRow,
  ...OPENAPI_ROWS,
  diffSmall,
  diffThousand,
  diffTenThousand,
  firstSync,
  adaptive,
  requestPattern,
  diffGrowthRow,
  memoryRow,
  flagsRow,
  http2Row,
];
