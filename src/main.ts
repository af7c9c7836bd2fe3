console.log('drivekeep')
