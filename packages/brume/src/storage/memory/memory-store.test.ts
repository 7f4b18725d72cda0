import { testOrderedStore } from '../contract.ts';
import { createMemoryStore } from './memory-store.ts';

const HISTORIES = process.env['BRUME_TEST_LONG'] === '1' ? 1000 : 60;

testOrderedStore('memory', HISTORIES, (work) => work(createMemoryStore()));
