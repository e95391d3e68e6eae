// Converts the code that ajv compiles to ES modules, and to less code if only a yes or no is needed.
import { default as formats } from 'ajv-formats/dist/formats.js';
import standalone from 'ajv/dist/standalone/index.js';

/**
 * The compiled schema as an ES module that exports `validate`. As CommonJS, the code would be inside a function of the bundle,
 * which V8 parses twice: first lazily, then to run it.
 */
export function validatorModule(ajv, schema) {
  const code = compiledModule(ajv, schema).replaceAll(ALL_ERRORS_COPIED, (_, of) => ERRORS_ADDED(of));
  if (code.includes('.concat(')) throw new Error('a validator copies errors in a way not known here');
  return code;
}

/** ajv copies all earlier errors for each part with errors, which takes quadratic time. */
const ALL_ERRORS_COPIED =
  /^vErrors = vErrors === null \? (\w+(?:\.validate)?)\.errors : vErrors\.concat\(\1\.errors\);$/gm;
const ERRORS_ADDED = (of) =>
  `if(vErrors === null) vErrors = ${of}.errors;\nelse for(const one of ${of}.errors) vErrors.push(one);`;

function compiledModule(ajv, schema) {
  const code = standalone.default(ajv, ajv.compile(schema));
  const imported = code.replaceAll(
    /^const (\w+) = require\("([^"]+)"\)(.*)$/gm,
    'import $1Module from "$2.js";\nconst $1 = $1Module$3',
  );
  if (/\brequire\(/.test(imported)) throw new Error('a validator requires what it should import');
  return imported.replace(/^export default validate\w+;/m, '');
}

/**
 * Like validatorModule(), but `validate` returns only true or false: without the code for errors, half of the code remains,
 * and valid parts build no paths.
 */
export function answerModule(ajv, schema) {
  const answering = FOR_ERRORS.reduce(
    (code, [part, instead]) => code.replaceAll(part, instead),
    compiledModule(ajv, schema),
  );
  if (/vErrors|\.errors|instancePath/.test(answering)) {
    throw new Error('a validator writes down errors in a way not known here');
  }
  return withPlainReferences(answering);
}

/** The form of nearly all addresses and references. */
const PLAIN_REFERENCE = /^(?:https?:\/\/[a-z0-9.-]+|#)?(?:\/[\w.~-]*)*$/i;

/** V8 takes milliseconds to compile the pattern of all URI references, so the code uses it only if the plain one fails. */
function withPlainReferences(code) {
  const { source, flags } = formats.fullFormats['uri-reference'];
  const all = `= /${source}/${flags};\n`;
  const [, name] = /^const (\w+) $/m.exec(code.slice(0, code.indexOf(all))) ?? [];
  if (name === undefined) return code;
  const asked = code.replaceAll(
    new RegExp(`\\b${name}\\.test\\(([\\w.]+)\\)`, 'g'),
    `(plainReference.test($1) || $&)`,
  );
  return `const plainReference = ${PLAIN_REFERENCE};\n${asked}`;
}

/** Code of a validator that only collects errors, and its replacement where errors are not needed. */
const FOR_ERRORS = [
  [
    /^const err\d+ = \{.*\};\nif\(vErrors === null\)\{\nvErrors = \[err\d+\];\n\}\nelse \{\nvErrors\.push\(err\d+\);\n\}\n/gm,
    '',
  ],
  [
    /^if\(vErrors !== null\)\{\nif\(_errs\d+\)\{\nvErrors\.length = _errs\d+;\n\}\nelse \{\nvErrors = null;\n\}\n\}\n/gm,
    '',
  ],
  [
    /^vErrors = vErrors === null \? (\w+(?:\.validate)?)\.errors : vErrors\.concat\(\1\.errors\);\nerrors = vErrors\.length;\n/gm,
    'errors++;\n',
  ],
  [/^\w+\.errors = (?:null|vErrors|\[\{.*\}\]);\n/gm, ''],
  [/^let vErrors = null;\n/gm, ''],
  [/instancePath="", parentData, parentDataProperty, rootData=data(?:, )?/g, ''],
  [/\{instancePath(?::.*?)?,parentData.*?,parentDataProperty.*?,rootData,?/g, '{'],
  [/, \{\}(?:=\{\})?\)/g, ')'],
];
