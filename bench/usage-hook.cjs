// Preloaded into a measured process: at its end, writes its resource usage to file descriptor 3.
const { readFileSync, writeSync } = require('node:fs');

/** Peak memory. On Linux, resourceUsage() returns at least the peak of the parent process. */
function peak() {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS;
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
}

process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  writeSync(3, JSON.stringify({ cpu: (user + system) / 1000, mib: peak() / 1024 }));
});
