import { testEngineContract } from './engine-contract.ts';

testEngineContract('tmux');
