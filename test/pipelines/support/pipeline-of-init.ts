import { PIPELINE_PATHS } from '../../../src/init/pipeline-setting.ts';
import { init } from '../../../src/init/init.ts';

/** The pipeline that `adc init` writes for an example. */
export function pipelineOfInit(ci: keyof typeof PIPELINE_PATHS, install = 'npm install adc'): string {
  const files = init({
    portal: 'default',
    owner: 'acme.shop',
    schema: '',
    tarball: 'vendor/adc.tgz',
    ci,
    install,
  });
  return String(files.find(({ path }) => path === PIPELINE_PATHS[ci])?.content);
}
