/**
 * Stages that ignore one field, one at a time; the test of every field must catch them. `find` occurs in `file` exactly
 * once. Run by scripts/planted-faults.js.
 */

export const TESTS = [['test/fields/every-field.test.ts']];

export const FAULTS = [
  {
    breaks: 'ignores one field: resolve',
    file: 'src/resolve/resolve.ts',
    find: 'if (written === undefined) continue;',
    replace: "if (written === undefined || name === 'visibility') continue;",
  },
  {
    breaks: 'ignores one field: null in a file',
    file: 'src/resolve/resolve.ts',
    find: 'written === null ? fallback',
    replace: 'written === null ? undefined',
  },
  {
    breaks: 'ignores one field: diff',
    file: 'src/diff/compare.ts',
    find: 'return after !== undefined &&',
    replace: "return name !== 'visibility' && after !== undefined &&",
  },
  {
    breaks: 'ignores one field: reports',
    file: 'src/diff/compare.ts',
    find: 'changes: differing.flatMap((name) =>',
    replace: "changes: differing.flatMap((name) => name === 'visibility' ? [] :",
  },
  {
    breaks: 'ignores one field: plan',
    file: 'src/plan/actions.ts',
    find: "name !== 'status'",
    replace: "name !== 'status' && name !== 'visibility'",
  },
  {
    breaks: 'ignores one field: read',
    file: 'src/fields/field-table.ts',
    find: 'if (value !== undefined) given[name] = value;',
    replace: "if (value !== undefined && name !== 'visibility') given[name] = value;",
  },
  {
    breaks: 'ignores one field: write',
    file: 'src/fields/field-table.ts',
    find: 'if (value !== undefined) written[name] =',
    replace: "if (value !== undefined && name !== 'visibility') written[name] =",
  },
  {
    breaks: 'ignores one field: dump',
    file: 'src/dump/product-entry.ts',
    find: 'if (isLeftOut(',
    replace: "if (name === 'visibility' || isLeftOut(",
  },
  {
    breaks: 'ignores one field: dump --update',
    file: 'src/dump/update/product-update.ts',
    find: '(isDeclared(name, one.standing) ||',
    replace: "((name !== 'visibility' && isDeclared(name, one.standing)) ||",
  },
];
