/** What the commands of pipelines and notes are made of. */
export interface Setting {
  /** The command that installs adc, in one line. */
  readonly install: string;
  /** With a leading space, or empty: the options that name the product files. */
  readonly flags: string;
}

/**
 * A script that fails if sync would refuse the plan of the report `diff.json`. It uses Node.js, which adc needs anyway,
 * and no program that an image may lack.
 */
export const REFUSAL_CHECK = `node -e 'if (JSON.parse(fs.readFileSync("diff.json")).refused.length > 0) { console.log("sync would refuse this plan. To allow it, add the allow entry of the plan to a product file."); process.exitCode = 4; }'`;
