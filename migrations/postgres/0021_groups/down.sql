drop table address_entries;
drop table registration_group_members;
drop table registration_groups;
