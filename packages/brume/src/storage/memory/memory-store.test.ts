import { testOrderedStore } from '../contract.ts';
import { createMemoryStore } from './memory-store.ts';

testOrderedStore('memory', (work) => work(createMemoryStore()));
