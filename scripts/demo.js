// `npm run demo`: the main job from an empty portal to a dump, against the embedded Admin API.
import { fileURLToPath } from 'node:url';
import library from '../dist/demo.cjs';

const examples = fileURLToPath(new URL('../examples', import.meta.url));
const wentAsTold = await library.demo(examples, (text) => process.stdout.write(text));
process.exitCode = wentAsTold ? 0 : 1;
