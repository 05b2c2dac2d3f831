-- Keys that sign what repositories offer to OSTree clients.

create table signing_key (
  id           bigint generated always as identity primary key,
  name         text collate "C" not null unique,
  kind         text not null check (kind in ('ed25519', 'openpgp')),
  -- Patterns of the names of the repositories that the key is for, separated by commas.
  repositories text not null,
  state        text not null default 'active' check (state in ('active', 'retired')),
  fingerprint  text collate "C" not null unique,
  public_key   bytea not null,
  -- The private key, encrypted with the master key (AES-256-GCM): nonce, ciphertext, tag. Name and
  -- kind are authenticated with it, so rows cannot take each other's.
  secret       bytea not null,
  -- Names the master key; this tells nothing of the key itself.
  master       text not null,
  expires_at   timestamptz,
  created_at   timestamptz not null default now(),
  retired_at   timestamptz
);
