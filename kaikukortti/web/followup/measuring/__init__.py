"""Measures of others: permissions, results in an episode, anonymous answers of groups, change in groups.

measures     the registry: the administrator's permissions and scales
measureforms forms about measures
measurewords names of measures and what may be done with each
results      results of measures in an episode
groupanswers papers without a name, slips with codes
groupchange  K7: change in groups, users beside others
grouptables  the same as files
"""
