create table strata.leased_states (
    name text collate "C" not null primary key,
    state text not null
);
