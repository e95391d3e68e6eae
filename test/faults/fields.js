/**
 * Stages that ignore one field, one at a time; the test of every field must catch them. `find` occurs in `file` exactly
 * once. Run by scripts/planted-faults.js.
 */

export const TESTS = [['test/fields/every-field.test.ts']];

export const FAULTS = [
  {
    breaks: 'ignores one field: resolve',
    file: 'src/resolve/resolve.ts',
    find: 'if (written === undefined) return undefined;',
    replace: "if (written === undefined || name === 'visibility') return undefined;",
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
    file: 'src/plan/chains.ts',
    find: "name !== 'status'",
    replace: "name !== 'status' && name !== 'visibility'",
  },
  {
    breaks: 'ignores one field: read',
    file: 'src/fields/field-table.ts',
    find: 'fieldOf(name).read(',
    replace: "name === 'visibility' ? undefined : fieldOf(name).read(",
  },
  {
    breaks: 'ignores one field: write',
    file: 'src/fields/field-table.ts',
    find: 'undefined : fieldOf(name).write(',
    replace: "undefined : name === 'visibility' ? undefined : fieldOf(name).write(",
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
