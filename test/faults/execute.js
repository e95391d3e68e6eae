/**
 * Faults to plant in the carrying out of a plan, one at a time, each of which some test must catch. `find` stands in
 * `file` exactly once. Run by scripts/planted-faults.js.
 */

const COME_BACK = [
  ['test/execute/come-back.test.ts', 'test/execute/replacement.test.ts', 'test/execute/republish.test.ts'],
];
const REPEATED = [['test/execute/repeated-writes.test.ts']];
const BUGS = [['test/execute/bugs.test.ts']];
const TWO = [['test/campaign/two-syncs.test.ts']];
const PORTAL = [['test/admin/portal.test.ts']];
const CLIENT = [['test/admin/overload.test.ts', 'test/lib/adaptive-limit.test.ts']];

/** What is run for a fault that names no tests of its own. */
export const TESTS = [['test/execute/'], ['test/campaign/every-request.test.ts']];

export const FAULTS = [
  {
    breaks: 'takes a refusal for the last word although an earlier attempt may have been carried out',
    file: 'src/admin/http-client.ts',
    find: 'doubt ||= leavesDoubt(result);',
    replace: 'doubt = leavesDoubt(result);',
    tests: COME_BACK,
  },
  {
    breaks: 'takes a failed reading after a write for a refusal of the write',
    file: 'src/admin/write-product.ts',
    find: 'readAfterWrite(session, base.id, base.fields.name)',
    replace: 'readProduct(session, base.id, { product: base.fields.name })',
    tests: COME_BACK,
  },
  {
    breaks: 'takes a failed look after a deletion for a refusal of the deletion',
    file: 'src/admin/write-product.ts',
    find: 'const left = await readAfterWrite(session, id, product);',
    replace: 'const left = await readProduct(session, id, { product });',
    tests: COME_BACK,
  },
  {
    breaks: 'believes a 404 to a product that the list still holds',
    file: 'src/admin/read-products.ts',
    find: 'if (!rows.some((row) => row.id === id)) return;',
    replace: 'if (rows.length >= 0) return;',
    tests: [...COME_BACK, ...CLIENT],
  },
  {
    breaks: 'repeats a refused write over what somebody has just changed',
    file: 'src/execute/run-chain.ts',
    find: 'if (unexpected(state.seen, state.written, live, same).length > 0)',
    replace: 'if (unexpected(state.seen, state.written, live, same).length > 99)',
    tests: REPEATED,
  },
  {
    breaks: 'repeats an unpublish without judging what it ends by now',
    file: 'src/execute/run-chain.ts',
    find: 'if (endsSubscriptions(live, [step])) await this.#spend(live);',
    replace: '',
  },
  {
    breaks: 'takes the loss of one product twice from what is allowed',
    file: 'src/execute/budget.ts',
    find: 'const taken = this.#taken.get(subject.id) ?? 0;',
    replace: 'const taken = 0;',
  },
  {
    breaks: 'repeats a lost unpublish without a look',
    file: 'src/admin/write-product.ts',
    find: "const unpublishes = base.fields.status === 'published' && fields.status === 'draft';",
    replace: 'const unpublishes = false;',
    tests: REPEATED,
  },
  {
    breaks: 'leaves a product off the portal whose unpublish was applied late',
    file: 'src/execute/execute.ts',
    find: "if (how !== 'not-needed') this.#amend(step, words, staysOff);",
    replace: '',
    tests: REPEATED,
  },
  {
    breaks: 'takes a refused unpublish for one that was not applied',
    file: 'src/execute/come-back.ts',
    find: 'if (isAs(state, live, same)) return {};',
    replace: "if (!isOurs) return { words: '' };",
    tests: COME_BACK,
  },
  {
    breaks: 'undoes the auth of somebody else that the response to an unpublish shows',
    file: 'src/execute/come-back.ts',
    find: 'return isOurs ? { moved: live } :',
    replace: 'return isOurs ? {} :',
    tests: REPEATED,
  },
  {
    breaks: 'keeps a product that somebody else has created at the same time',
    file: 'src/admin/create-product.ts',
    find: 'if (twins.length > 0) throw',
    replace: 'if (twins.length > 99) throw',
    tests: TWO,
  },
  {
    breaks: 'tells nobody that its write was written over',
    file: 'src/execute/execute.ts',
    find: 'if (error !== undefined) this.#amend(step, error);',
    replace: '',
    tests: TWO,
  },
  {
    breaks: 'leaves a product off the portal whose publish was refused',
    file: 'src/execute/come-back.ts',
    find: 'if (before) ways.push(',
    replace: 'if (before && !wasUpdated) ways.push(',
    tests: COME_BACK,
  },
  {
    breaks: 'gives a publish up whose answer was lost',
    file: 'src/execute/come-back.ts',
    find: 'const again = wasUpdated && mayHaveHappened(error);',
    replace: 'const again = false;',
    tests: COME_BACK,
  },
  {
    breaks: 'tells an update as done that bringing the product back has undone',
    file: 'src/execute/execute.ts',
    find: "if (back.how === 'as-before') this.#undo(step);",
    replace: '',
    tests: COME_BACK,
  },
  {
    breaks: 'leaves a product off the portal whose deletion for a replacement was refused',
    file: 'src/execute/run-chain.ts',
    find: "return last === 'publish' || last === 'delete';",
    replace: "return last === 'publish';",
    tests: COME_BACK,
  },
  {
    breaks: 'stops between the two halves of a replacement',
    file: 'src/execute/waiting.ts',
    find: '(this.#isCommitted(steps) ? undefined : over)',
    replace: 'over',
    tests: COME_BACK,
  },
  {
    breaks: 'lets a bug out before the product is back',
    file: 'src/execute/execute.ts',
    find: 'const back = await runner.recover(step, error);',
    replace:
      'if (!(error instanceof OperationalError)) throw error;\n    const back = await runner.recover(step, error);',
    tests: BUGS,
  },
  {
    breaks: 'lets a listener break a republish',
    file: 'src/execute/execute.ts',
    find: 'this.#breakOff(error, outcome?.step.id);',
    replace: 'throw error;',
    tests: BUGS,
  },
  {
    breaks: 'waits for ever for a step that is not in the plan',
    file: 'src/execute/execute.ts',
    find: "this.#breakOff(new Error('the plan waits for a step that it does not have'));",
    replace: "throw new Error('the plan waits for a step that it does not have');",
    tests: BUGS,
  },
  {
    breaks: 'counts every sign of one round, and goes down to one at a stroke',
    file: 'src/lib/limit.ts',
    find: 'if (this.#stale > 0) return;',
    replace: '',
    tests: CLIENT,
  },
  {
    breaks: 'never recovers from too much',
    file: 'src/lib/limit.ts',
    find: 'this.#allowed += 1;',
    replace: '',
    tests: CLIENT,
  },
  {
    breaks: 'tries a dead server for as long as may be, step after step',
    file: 'src/admin/http-client.ts',
    find: "if (ask.method === 'GET' && this.#givenUp) return undefined;",
    replace: '',
    tests: CLIENT,
  },
  {
    breaks: 'believes that a product is back because the server says so, without having seen it',
    file: 'src/execute/come-back.ts',
    find: 'const product = answer ?? (await admin.readProduct(seen.id));',
    replace: "const product = answer ?? { ...seen, fields: { ...seen.fields, status: 'published' } };",
    tests: COME_BACK,
  },
  {
    breaks: 'takes a product that stayed a draft for published',
    file: 'src/execute/run-chain.ts',
    find: "if (after.fields.status === 'draft') throw leftDraft();",
    replace: '',
    tests: COME_BACK,
  },
  {
    breaks: 'takes a refused reading after a publish for a refused publish',
    file: 'src/execute/come-back.ts',
    find: 'isUnseen ? new Unchecked(seen.fields.name, told.message, error) : told',
    replace: 'told',
    tests: COME_BACK,
  },
  {
    breaks: 'takes the page of a login for the answer to a write',
    file: 'src/admin/write-product.ts',
    find: 'throw session.client.nonsense(ask, reply.problem);',
    replace: 'return reply;',
    tests: COME_BACK,
  },
  {
    breaks: 'believes an empty list of subscriptions whatever its total says',
    file: 'src/admin/subscriptions.ts',
    find: 'if (total === undefined || (rows.length === 0 && total !== 0))',
    replace: 'if (false)',
    tests: PORTAL,
  },
  {
    breaks: 'believes the smallest list of subscriptions',
    file: 'src/admin/subscriptions.ts',
    find: 'b.length - a.length',
    replace: 'a.length - b.length',
    tests: PORTAL,
  },
  {
    breaks: 'reads no product with the shortest value on its own where another one has no value',
    file: 'src/admin/whole-rows.ts',
    find: 'new Set([least(sizes), least(given), most])',
    replace: 'new Set([least(sizes), most])',
    tests: [['test/admin/whole-rows.test.ts']],
  },
  {
    breaks: 'blames others for the first write of a product whose second one failed',
    file: 'src/execute/execute.ts',
    find: 'else if (product.id !== undefined) this.#written.delete(product.id);',
    replace: '',
    tests: [['test/execute/failed-steps.test.ts']],
  },
  {
    breaks: 'lets other steps start before the new half of a replacement',
    file: 'src/execute/waiting.ts',
    find: 'finishesReplacement(steps) || (steps[0]',
    replace: '(steps[0]',
    tests: [['test/execute/waiting.test.ts']],
  },
  {
    breaks: 'takes products of another portal for those of its own',
    file: 'src/admin/read-products.ts',
    find: 'throw session.client.nonsense(ask, `a product of another portal, "${owner}"`);',
    replace: '',
    tests: PORTAL,
  },
  {
    breaks: 'lets a write wait for all that pauses',
    file: 'src/lib/limit.ts',
    find: "    if (kind === 'others') return",
    replace: "    if (kind !== 'returning') return",
    tests: CLIENT,
  },
  {
    breaks: 'has more requests under way than allowed, once those that paused return',
    file: 'src/lib/limit.ts',
    find: "await this.#enter('returning');",
    replace: 'this.#underWay += 1;',
    tests: CLIENT,
  },
  {
    breaks: 'takes a deletion that nobody can look at for done',
    file: 'src/execute/run-chain.ts',
    find: 'if (error instanceof OperationalError) return false;',
    replace: 'if (error instanceof OperationalError) return true;',
    tests: COME_BACK,
  },
  {
    breaks: 'says that a product is a draft where one attempt to publish may have been carried out',
    file: 'src/execute/come-back.ts',
    find: 'if (!errors.some(mayHaveHappened))',
    replace: 'if (!errors.every(mayHaveHappened))',
    tests: COME_BACK,
  },
  {
    breaks: 'spends what is allowed for one product on all others',
    file: 'src/execute/budget.ts',
    find: 'const allowed = own ?? this.#shared + taken;',
    replace: 'const allowed = (own ?? 0) + this.#shared + taken;',
    tests: [['test/plan/refusals']],
  },
  {
    breaks: 'lets a product that settles its own loss use up the shared number',
    file: 'src/execute/budget.ts',
    find: 'if (own === undefined) this.#shared',
    replace: 'if (allowed >= 0) this.#shared',
    tests: [['test/plan/refusals']],
  },
  {
    breaks: 'does not say that a product stayed off the portal',
    file: 'src/execute/come-back.ts',
    find: "return { how: 'failed', words: `; ${words}`, staysOff };",
    replace: "return { how: 'failed', words: `; ${words}` };",
  },
];
