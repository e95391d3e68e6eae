import type { OutputChunk, OutputOptions } from 'rolldown';

export declare function bundleProgram(
  input: string | Readonly<Record<string, string>>,
  output: OutputOptions,
): Promise<readonly OutputChunk[]>;
