/**
 * The process that the crash test of jobs kills: on the database and the folder named by its first two
 * arguments it sees the job of the kind and round named by the others to its end, and writes to a table
 * meanwhile. Says `asked` to its parent once the job is under way. Without a kind it makes the table.
 */
import {
  ACCOUNT_TABLE,
  fill,
  moveUnits,
  openJobDatabase,
  type JobDatabase,
} from './job-database.ts';
import { JOB_KINDS, SOURCE, writeInput } from './job-kinds.ts';

const WRITERS = 4;
const [path = '', folder = '', name, round = ''] = process.argv.slice(2);
const database = await openJobDatabase(path, folder);
if (name === undefined) await prepare(database);
else await seeToItsEnd(database, name);
await database.close();
process.disconnect();

async function prepare({ call }: JobDatabase): Promise<void> {
  await call('CreateTable', structuredClone({ ...ACCOUNT_TABLE, TableName: SOURCE }) as never);
  await call('UpdateContinuousBackups', {
    TableName: SOURCE,
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  });
  await fill(database, SOURCE);
  await writeInput(folder);
}

async function seeToItsEnd(opened: JobDatabase, kindName: string): Promise<void> {
  const kind = JOB_KINDS.get(kindName);
  if (kind === undefined) throw new Error(`there is no kind ${kindName}`);
  await kind.ask(opened, round);
  process.send?.('asked');
  let isOver = false;
  const writers = Array.from({ length: WRITERS }, () =>
    moveUnits(opened, kind.busy(round), () => !isOver),
  );
  while (!isOver) {
    isOver = await kind.isOver(opened, round);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await Promise.all(writers);
}
