import { nodeEnvironment } from '../../environment/node.ts';
import { testBlobStore } from './contract.ts';
import { createMemoryBlobStore } from './memory-blob-store.ts';

testBlobStore('memory', (work) => work(createMemoryBlobStore(nodeEnvironment())));
